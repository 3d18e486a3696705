// Node-RED as it comes, but without the editor and without lines for each request.
module.exports = {
	uiHost: "127.0.0.1",
	uiPort: Number(process.env.PORT),
	flowFile: "flows.json",
	httpAdminRoot: false,
	credentialSecret: false,
	logging: { console: { level: "warn", metrics: false, audit: false } },
};
