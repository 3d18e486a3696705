import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const binary = process.env.BLOCKFLOW_BINARY ?? fileURLToPath(new URL('../../bin/blockflow', import.meta.url));

/** A server of its own, with a data directory that goes when it stops. */
export interface Running {
  address: string;
  setupLink: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const bound = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!bound || typeof bound === 'string') throw new Error('No free port was found.');
  return bound.port;
}

export async function serve(): Promise<Running> {
  const data = await mkdtemp(join(tmpdir(), 'blockflow-e2e-'));
  const port = await freePort();
  const server = spawn(binary, ['serve', '--addr', `127.0.0.1:${port}`, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const setupLink = await printedLink(server);
  return {
    address: new URL(setupLink).origin,
    setupLink,
    async stop() {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The one-time link, from whichever stream the server prints it to. */
function printedLink(server: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    const said: string[] = [];
    for (const stream of [server.stdout, server.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        said.push(line);
        const link = /https?:\/\/\S+\/setup\?token=\S+/.exec(line);
        if (link) found(link[0]);
      });
    }
    server.on('error', failed);
    server.on('exit', (code) => failed(new Error(`The server stopped with ${code}:\n${said.join('\n')}`)));
  });
}
