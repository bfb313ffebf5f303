import { z } from 'zod'
import type { Caller, Role, Scope } from './caller.ts'
import { Refusal } from './refusal.ts'

/** Who may call an operation. There is no default: an operation that forgets it does not compile. */
export type Allow =
  /** Anybody, also without a token; the reason is shown in the API document. */
  | { readonly anyone: string }
  | {
      /** Users with any of these roles; `signed_in` is every user. */
      readonly users?: readonly (Role | 'signed_in')[]
      /** API clients that hold this scope. */
      readonly clients?: Scope
    }

export type Method = 'GET' | 'POST' | 'PUT'

export interface Context<C extends Caller = Caller> {
  readonly caller: C
  /** The version in the caller's `If-Match`, where it sent one; outputs with a `version` member carry it as ETag. */
  readonly ifMatch?: number
  /** The file of an {@link Operation.upload} operation, as it comes in. Read it once. */
  readonly upload?: AsyncIterable<Uint8Array>
}

/**
 * One thing the node can do, declared once. The express routes, the OpenAPI document, the command line and the
 * permission table are all made from the list of operations.
 */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** `noun.verb`, unique: the OpenAPI operationId. */
  readonly name: string
  /** One sentence for people. */
  readonly summary: string
  readonly method: Method
  /** Under `/api/v1`, with `:param` segments; those and query or body members together are the input. */
  readonly path: string
  readonly input: I
  readonly output: O
  readonly allow: Allow
  /** HTTP status of success; 200 unless told. */
  readonly status?: 200 | 201 | 202
  /** It makes, changes or gives out what opens doors: a browser session has to have shown just now that she is there. */
  readonly proof?: true
  /** Input or answer holds what may lie nowhere: it is not kept for an `Idempotency-Key`, and takes none. */
  readonly secret?: true
  /** The body is a file (`application/octet-stream`, streamed); input then comes from path and query only. */
  readonly upload?: true
  /** The answer is a file, streamed: `output` is {@link downloadSchema}. With GET, or with POST where what it takes may stand in no address. */
  readonly download?: true
  /**
   * The answer is a stream of server-sent events (HTML, section 9.2), each the `output`: `run` gives an async iterable of
   * it, where null only says that we are still here. Only with GET.
   */
  readonly events?: true
  /** Bytes of a JSON body, where it holds more than others do: a file and its key. */
  readonly jsonBytes?: number
  /** Path parameters and members the command line takes without their name, in order. */
  readonly positional?: readonly string[]
  readonly run: (input: z.output<I>, context: Context) => Promise<z.input<O>>
}

export type AnyOperation = Operation<z.ZodType, z.ZodType>

/** What an {@link Operation.upload} operation is sent. @throws Refusal `file_missing` */
export function requireUpload({ upload }: Pick<Context, 'upload'>): AsyncIterable<Uint8Array> {
  if (upload) return upload
  throw new Refusal('invalid', 'file_missing', 'send a file')
}

/** A file on its way out. It is given to be saved, never to be shown: nothing in it runs on our origin. */
export interface Download {
  /** As the reader sees it; characters no file name takes are left out on the way. */
  readonly fileName: string
  readonly mediaType: string
  /** Bytes, where known before. */
  readonly size?: number
  /** Failing while it is read breaks the connection off: the reader sees that it is not whole. */
  readonly content: AsyncIterable<Uint8Array>
}

/** What {@link Operation.download} operations give. */
export const downloadSchema = z.custom<Download>((value) => typeof value === 'object' && value !== null)

/**
 * Refuses a change made from an older version than the one there is. Without `If-Match` nothing is asked.
 * @throws Refusal `changed_meanwhile` (412, RFC 9110, section 13.1.1)
 */
export function requireVersion(ifMatch: number | undefined, version: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== version)
    throw new Refusal('precondition_failed', 'changed_meanwhile', 'somebody changed this in the meantime')
}

/** Declares an operation; exists so that `run` is typed from `input` and `output`. */
export function operation<I extends z.ZodType, O extends z.ZodType>(
  definition: Operation<I, O>,
): AnyOperation {
  return definition as unknown as AnyOperation
}

/**
 * A page of a list, newest first unless told: pass `next` back as `cursor` to go on. Keyset, so rows that are
 * added meanwhile neither repeat nor hide others.
 */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

const limit = z.coerce.number().int().min(1).max(200).default(50).describe('rows a page')
const whereItEnded = 'where the previous page ended'

/** The members of a list operation's input, where the list goes by the ids of its rows. */
export const pageInput = { cursor: z.uuid().optional().describe(whereItEnded), limit }

/** Of a list in another order: its cursor says a place in that order, and the list itself refuses one that does not. */
export const rankedPageInput = { cursor: z.string().max(200).optional().describe(whereItEnded), limit }

/**
 * Lets the caller through or refuses.
 * @throws Refusal `authentication_required`, `not_allowed`, `training_required`
 */
export function requireAllowed(allow: Allow, caller: Caller): void {
  if ('anyone' in allow) return
  if (caller.kind === 'anonymous')
    throw new Refusal('unauthenticated', 'authentication_required', 'sign in, or send a token, to do this')
  if (isAllowed(allow, caller)) return
  const untrained = untrainedFor(allow, caller)
  if (untrained)
    throw new Refusal(
      'forbidden',
      'training_required',
      'your role works once you passed the course that goes with it',
      { params: { role: untrained.role, course: untrained.course } },
    )
  throw new Refusal('forbidden', 'not_allowed', 'your role does not allow this', {
    params: { needs: [...(allow.users ?? []), ...(allow.clients ? [allow.clients] : [])] },
  })
}

/**
 * A browser that is left open is not enough for everything; a token is another proof.
 * @param caller who came with a browser has to have shown just now that she is there
 * @throws Refusal `proof_required`
 */
export function requireProof(caller: Caller): void {
  if (caller.kind !== 'user' || caller.session === undefined || caller.session.isProved) return
  throw new Refusal('forbidden', 'proof_required', 'show first that it is you: sign in again')
}

/** The role that would let her, were it not for a course. */
const untrainedFor = (allow: Exclude<Allow, { anyone: string }>, caller: Caller) =>
  caller.kind === 'user' ? caller.inactive?.find(({ role }) => allow.users?.includes(role)) : undefined

function isAllowed(allow: Exclude<Allow, { anyone: string }>, caller: Caller): boolean {
  if (caller.kind === 'user')
    return (allow.users ?? []).some((role) => role === 'signed_in' || caller.roles.includes(role))
  if (caller.kind === 'client') return allow.clients !== undefined && caller.scopes.includes(allow.clients)
  // Nodes sign each message; none of them calls operations.
  return false
}

/** The caller as a user: for what only a person can do. @throws Refusal `person_required` */
export function requireUser(caller: Caller): Extract<Caller, { kind: 'user' }> {
  if (caller.kind !== 'user')
    throw new Refusal('forbidden', 'person_required', 'only a person can do this, not a system')
  return caller
}
