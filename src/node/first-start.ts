import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Agent } from '../agent/index.ts'
import type { Config } from '../config/index.ts'
import type { ConsentKeys } from '../consent-keys/index.ts'
import { type Did, isRefusal, type Log, Refusal, type Role, roles } from '../core/index.ts'
import { type Accounts, type NewPerson, type Parties, type People, Welcome } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { consoleOf } from './console-address.ts'
import { localFilesOf, writeActivation, writeToken, writeWelcome } from './local-tokens.ts'

export interface FirstStartDeps {
  readonly config: Config
  readonly store: Store
  readonly agent: Agent
  readonly parties: Parties
  readonly accounts: Accounts
  readonly people: People
  readonly consentKeys: ConsentKeys
  readonly log: Log
  /** Has the chain say what it should of the organisation's DID; nothing where no chain says it. */
  readonly publishDid: () => Promise<void>
  /** The organisation's DID, where it is to be a did:web. */
  readonly webDid: Did | undefined
  /** What remains to be done once the organisation can sign; may run more than once. */
  readonly whenSigning: (tx: Tx) => Promise<void>
}

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 30_000

/**
 * Brings a new node to life: the organisation and its administrator, their keys, and the organisation's DID on chain.
 * Every step looks first whether it was done, so a node that was stopped half-way goes on where it was.
 */
export class FirstStart {
  readonly #deps: FirstStartDeps
  #stopped = new AbortController()
  #working: Promise<void> | undefined

  constructor(deps: FirstStartDeps) {
    this.#deps = deps
  }

  /** Makes the organisation and its administrator, without whom nobody could sign in. Needs nobody else. */
  async ensureParties(): Promise<void> {
    const { config, store, parties, accounts, people, consentKeys } = this.#deps
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(
      join(config.dataDir, 'node.json'),
      `${JSON.stringify({ name: config.name, url: config.url })}\n`,
    )
    const before = await parties.findOrganisation()
    if (before) return this.#requireSameDid(before.did)
    const { account } = config.administrator
    const local = localFilesOf(config)
    const welcome = new Welcome({ accounts, consentKeys, ...(local && { local }) })
    const secret = await welcome.prepare()
    const made = store.transact(async (tx) => {
      await parties.create(tx, 'organisation', { name: config.organisation.name })
      const added = await people.addUnemployed(tx, 'system', administratorOf(config))
      // Written before the commit: a node that dies in between writes others; after it, nobody could ever sign in.
      const code = await welcome.give(tx, account, added, secret)
      if (code === null) return
      writeActivation(config.dataDir, account, code)
      writeWelcome(config.dataDir, account, `${consoleOf(config)}/welcome#${code}`)
      const { token } = await accounts.createToken(tx, { kind: 'user', ownerId: added.userId })
      writeToken(config.dataDir, account, token)
    })
    await made.catch(async (error) => {
      // Another process on this database started at the same moment, and was first.
      if (!(await parties.findOrganisation())) throw error
    })
  }

  /**
   * Gets the organisation's DID on chain, trying until it is. Resolves when it can sign: at once when it could before,
   * since a node that was set up needs no chain to start.
   */
  async start(): Promise<void> {
    this.#working ??= this.#untilSigning()
    if (!(await this.#canSign())) await this.#working
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#working?.catch(() => undefined)
  }

  async #untilSigning(): Promise<void> {
    const { log } = this.#deps
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt++) {
      try {
        await this.#deps.publishDid()
        if (!(await this.#canSign())) return
        await this.#finish()
        return
      } catch (error) {
        if (this.#stopped.signal.aborted) return
        const code = isRefusal(error) ? error.code : 'failed'
        log.warn({ attempt, code, err: error }, 'the DID is not on chain yet')
        const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS)
        await pause(wait, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
      }
    }
  }

  async #canSign(): Promise<boolean> {
    const { agent, parties } = this.#deps
    const { did } = await parties.organisation()
    return agent.signerOf(did).then(
      () => true,
      () => false,
    )
  }

  /** @throws Refusal `did_differs` */
  #requireSameDid(did: Did): void {
    const { webDid } = this.#deps
    if (webDid === undefined ? !did.startsWith('did:web:') : did === webDid) return
    throw new Refusal(
      'conflict',
      'did_differs',
      `this organisation has ${did}; agent.yml says another method or address, and a DID is not exchanged for another`,
    )
  }

  async #finish(): Promise<void> {
    const { config, store, people, accounts, parties, whenSigning } = this.#deps
    await store.transact(async (tx) => {
      const user = await accounts.findUser(config.administrator.account)
      if (user)
        await people.ensureRole(tx, 'system', await parties.require(user.personId), administratorOf(config))
      await whenSigning(tx)
    })
  }
}

function administratorOf({ administrator }: Config): NewPerson {
  const { account, givenName, familyName, email, jobTitle, representation } = administrator
  const extra = administrator.roles.filter((role): role is Role =>
    (roles as readonly string[]).includes(role),
  )
  return {
    account,
    givenName,
    familyName,
    role: 'director',
    roles: ['administrator', ...extra],
    ...(email && { email }),
    ...(jobTitle && { jobTitle }),
    ...(representation && { representation }),
  }
}
