// What Blockly asks of a browser while it loads and while it reads a workspace.
var Intl = {
  Collator: function () {
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    this.compare = (a, b) => compare(a.toLowerCase(), b.toLowerCase());
  },
  NumberFormat: function () {
    this.formatToParts = () => [];
  },
};
for (const name of ["setTimeout", "clearTimeout", "requestAnimationFrame", "queueMicrotask"]) globalThis[name] = () => 0;

// Some blocks keep their mutation as XML even in JSON: one element with attributes.
const element = (attributes) => ({
  nodeName: "mutation",
  childNodes: [],
  children: [],
  hasAttribute: (name) => name in attributes,
  getAttribute: (name) => attributes[name] ?? null,
  setAttribute: (name, value) => {
    attributes[name] = String(value);
  },
  appendChild() {},
});
const xml = {
  document: { createElementNS: () => element({}) },
  DOMParser: function () {
    this.parseFromString = (text) => ({
      documentElement: element(Object.fromEntries(Array.from(text.matchAll(/(\w+)="([^"]*)"/g), (m) => [m[1], m[2]]))),
      getElementsByTagName: () => [],
    });
  },
  XMLSerializer: function () {
    this.serializeToString = () => "";
  },
};
