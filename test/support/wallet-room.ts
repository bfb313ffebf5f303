import { type Caller, isRefusal, type Refusal } from '../../src/core/index.ts'
import { heldCredentialTable } from '../../src/credentials/index.ts'
import type { Party } from '../../src/parties/index.ts'
import type { OfferNode } from './offer-node.ts'

export interface ShownWalletOffer {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly grant: string | null
  readonly link?: string | null
  readonly issuer: {
    readonly url: string
    readonly trusted: boolean
    readonly says_its_name_is: string | null
    readonly signed_by: string | null
  }
  readonly offers: readonly {
    readonly id: string
    readonly type: string | null
    readonly readable: boolean
  }[]
  readonly tx_code: object | null
  readonly renews: boolean
  readonly credentials: readonly string[]
}

/** Somebody's wallet on a node: what she does through operations, and her browser. */
export class WalletRoom {
  readonly node: OfferNode
  readonly holder: Party
  readonly caller: Caller

  constructor(node: OfferNode, holder: Party, caller?: Caller) {
    this.node = node
    this.holder = holder
    this.caller = caller ?? node.user(holder.kind === 'person' ? holder : undefined)
  }

  async operate<T = ShownWalletOffer>(name: string, input: object, caller = this.caller): Promise<T> {
    const operation = this.node.operation(name)
    return (await operation.run(operation.input.parse(input), { caller })) as T
  }

  get whose(): 'me' | 'organisation' {
    return this.holder.kind === 'person' ? 'me' : 'organisation'
  }

  add(link: string, more: object = {}): Promise<ShownWalletOffer> {
    return this.operate('wallet.offers.add', { link, for: this.whose, ...more })
  }

  accept(id: string, more: object = {}): Promise<ShownWalletOffer> {
    return this.operate('wallet.offers.accept', { id, ...more })
  }

  show(id: string): Promise<ShownWalletOffer> {
    return this.operate('wallet.offers.show', { id })
  }

  /** What became of an offer that is brought and taken at once. */
  async take(link: string, more: object = {}): Promise<ShownWalletOffer> {
    const added = await this.add(link)
    return added.state === 'waiting' ? this.accept(added.id, more) : added
  }

  held(): Promise<readonly { id: string; vct: string; subject: string; state: string; lineageId: string }[]> {
    return this.node.store.reader.find(heldCredentialTable, {
      where: { holderParty: this.holder.id, state: 'current' },
      order: { id: 'DESC' },
    })
  }

  /** Shows a held credential to a verifier: whether its key is ours. */
  async present(id: string): Promise<string> {
    const row = await this.node.credentials.findHeld(this.node.store.reader, id)
    if (!row) throw new Error('no such credential')
    return this.node.credentials.present(row, [], { aud: 'https://verifier.example', nonce: 'n-0123456789' })
  }
}

/** The code a refusal ends with; fails where nothing is refused. */
export async function codeOf(run: Promise<unknown>): Promise<string> {
  const refusal = await run.then(
    (value) => {
      throw new Error(`not refused: ${JSON.stringify(value)}`)
    },
    (error: unknown) => error,
  )
  if (!isRefusal(refusal)) throw refusal
  return (refusal as Refusal).code
}

/** A browser with its cookies, which follows no redirect by itself. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  async get(url: string): Promise<{ status: number; location: string; text: string }> {
    return this.#call(url, {})
  }

  async post(
    url: string,
    form: Record<string, string>,
  ): Promise<{ status: number; location: string; text: string }> {
    return this.#call(url, { method: 'POST', body: new URLSearchParams(form) })
  }

  async #call(url: string, init: RequestInit) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const text = await response.text()
    return { status: response.status, location: response.headers.get('location') ?? '', text }
  }

  /** Looks at our own issuer's consent page, and agrees or does not. @returns where the browser is sent */
  async decide(url: string, decision: 'allow' | 'deny' = 'allow', txCode = ''): Promise<string> {
    const { text } = await this.get(url)
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
    const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1] ?? ''
    const form = { request_uri: value('request_uri'), ticket: value('ticket'), decision }
    return (await this.post(action, { ...form, ...(txCode && { tx_code: txCode }) })).location
  }
}
