// Callout itself for a browser test: a temporary directory with the demo, a free port, stopped and started again at will.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ready_within_ms = 60_000
const stopped_within_ms = 30_000

function free_port() {
  return new Promise((resolve, reject) => {
    const listener = createServer()
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address()
      listener.close(() => resolve(port))
    })
  })
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export class CalloutServer {
  telephony_token = 'e2e-telephony-token-0123456789'

  constructor(program, web_root) {
    this.program = program
    this.directory = mkdtempSync(join(tmpdir(), 'callout-e2e-'))
    this.web_root = web_root
  }

  environment() {
    return {
      ...process.env,
      CALLOUT_DATA_DIRECTORY: join(this.directory, 'data'),
      CALLOUT_HTTP_ADDRESS: '127.0.0.1',
      CALLOUT_HTTP_PORT: String(this.port),
      CALLOUT_HTTP_WEB_ROOT: this.web_root,
      CALLOUT_TELEPHONY_TOKEN: this.telephony_token,
    }
  }

  // Fills the database; answers one sign-in per role, and the password they share.
  async seed() {
    this.port = await free_port()
    const credentials = join(this.directory, 'sign-ins.txt')
    const seeded = spawnSync(this.program, ['seed-demo', '--credentials', credentials], { env: this.environment(), encoding: 'utf8' })
    if (seeded.status !== 0) throw new Error(`seed-demo failed: ${seeded.stderr}${seeded.stdout}`)
    const lines = readFileSync(credentials, 'utf8').split('\n').slice(2).filter(Boolean)
    const sign_ins = {}
    for (const line of lines) {
      const [role, login, name, password] = line.trim().split(/\s+/)
      sign_ins[role] = { login, name, password }
    }
    return sign_ins
  }

  async start() {
    const log = openSync(join(this.directory, 'serve.log'), 'a')
    this.process = spawn(this.program, ['serve'], { env: this.environment(), stdio: ['ignore', log, log] })
    this.ended = new Promise((resolve) => this.process.once('exit', resolve))
    const deadline = Date.now() + ready_within_ms
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) break
      const answer = await fetch(`${this.url}/health`).catch(() => null)
      if (answer?.ok) return
      await pause(100)
    }
    throw new Error(`Callout did not get ready:\n${this.log().slice(-3000)}`)
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null) return
    this.process.kill('SIGTERM')
    const forced = setTimeout(() => this.process.kill('SIGKILL'), stopped_within_ms)
    await this.ended
    clearTimeout(forced)
  }

  async remove() {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  log() {
    return readFileSync(join(this.directory, 'serve.log'), 'utf8')
  }

  get url() {
    return `http://127.0.0.1:${this.port}`
  }
}
