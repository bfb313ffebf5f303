import { Refusal, type RefusalKind, type RefusalParams, statusOfKind } from '../core/index.ts'

/** What a node's process tells the one that started it. */
export type NodeMessage = { readonly ready: string } | { readonly failed: Failure }

interface Failure {
  readonly kind: RefusalKind
  readonly code: string
  readonly message: string
  readonly params: RefusalParams
}

/** An error as it may be shown; what is no refusal is in the log only. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) {
    const { kind, code, message, params } = error
    return { kind, code, message, params }
  }
  const message = 'the node could not start: its log says why'
  return { kind: 'unavailable', code: 'node_not_started', message, params: {} }
}

export const refusalOf = ({ kind, code, message, params }: Failure, node: string): Refusal =>
  new Refusal(kind, code, `${node}: ${message}`, { params: { ...params, node } })

/** The message when it is one of ours. */
export function readMessage(value: unknown): NodeMessage | null {
  if (typeof value !== 'object' || value === null) return null
  if ('ready' in value && typeof value.ready === 'string') return { ready: value.ready }
  if (!('failed' in value) || typeof value.failed !== 'object' || value.failed === null) return null
  const failure = value.failed as Failure
  return failure.kind in statusOfKind ? { failed: failure } : null
}

/** Tells the process that started this one, if it listens; ends when the message is under way. */
export const tell = (message: NodeMessage): Promise<void> =>
  new Promise((done) => {
    if (!process.send || !process.connected) return done()
    process.send(message, undefined, undefined, () => done())
  })
