// A running `blockflow serve` with a data directory of its own.

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const program = process.env.BLOCKFLOW ?? new URL('../../../bin/blockflow', import.meta.url).pathname
const patience = 60_000 // milliseconds, for a machine that is busy

export async function startService() {
  const data = mkdtempSync(join(tmpdir(), 'blockflow-sdk-'))
  const server = spawn(program, ['serve', '--addr', '127.0.0.1:0', '--data', data], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr.on('data', (text) => { said += text })
  const users = (...args) => execFileSync(program, ['users', ...args, '--data', data], { encoding: 'utf8' })
  const url = await ready(server, data, () => said)
  const { appId, keys } = JSON.parse(users('keys', '--json'))
  return {
    url, appId, keys, users,
    async stop() {
      const ended = new Promise((resolve) => { server.once('exit', resolve) })
      server.kill('SIGTERM')
      await ended
      rmSync(data, { recursive: true })
    },
  }
}

async function ready(server, data, said) {
  for (const until = Date.now() + patience; Date.now() < until; await wait(50)) {
    if (server.exitCode !== null) break
    try {
      const { url } = JSON.parse(readFileSync(join(data, 'address'), 'utf8'))
      if ((await fetch(`${url}/readyz`)).ok) return url
    } catch {
      // it isn't there yet
    }
  }
  throw new Error(`blockflow serve isn't ready: ${said()}`)
}
