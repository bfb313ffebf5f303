import type { Operations } from './generated/operations'
import { routes } from './generated/routes'
import { OFFLINE, Problem } from './problem'

export type OperationName = keyof Operations
export type Input<N extends OperationName> = Operations[N]['input']
export type Output<N extends OperationName> = Operations[N]['output']

/** Her key is to be opened, or she has to show again that it is she who sits here. */
export type Wanted = 'key' | 'presence'
type Ask = (wanted: Wanted) => Promise<boolean>

const wantedBy: Readonly<Record<string, Wanted>> = { consent_locked: 'key', proof_required: 'presence' }

/** What the calls of this page send along; kept in memory only. */
const state = {
  language: 'nl',
  /** Opens the key she consents with; gone when the page is. */
  consent: null as string | null,
  /** Asks her to show that she is there. @returns false when she would rather not */
  ask: null as Ask | null,
  /** She is signed out. */
  signedOut: null as (() => void) | null,
}

export const setLanguage = (language: string): void => {
  state.language = language
}
export const setConsent = (token: string | null): void => {
  state.consent = token
}

export const hasConsent = (): boolean => state.consent !== null
/** Asks her at once, before something that is done in several steps. @returns whether she did it */
export const askFor: Ask = async (wanted) => (await state.ask?.(wanted)) ?? false
export const onAsk = (ask: Ask): void => {
  state.ask = ask
}
export const onSignedOut = (signedOut: () => void): void => {
  state.signedOut = signedOut
}

interface Options {
  /** The version of what she saw: somebody who changed it meanwhile is not overwritten. */
  readonly ifMatch?: number
  readonly file?: Blob
  readonly signal?: AbortSignal
  /** The same for each try of one change, so that it happens once. */
  readonly key?: string
}

/**
 * Carries out an operation of the node, as who is signed in. Where it signs with her key she is asked to open that first.
 * @throws Problem
 */
export async function call<N extends OperationName>(
  name: N,
  input: Input<N>,
  options: Options = {},
): Promise<Output<N>> {
  return asking(() => send(name, input, options))
}

/** Tries again once she did what it takes; each is asked once. */
async function asking<T>(attempt: () => Promise<T>, asked: readonly Wanted[] = []): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const wanted = wantedBy[error.code]
    if (wanted === 'key') state.consent = null
    if (wanted && !asked.includes(wanted) && (await state.ask?.(wanted)))
      return asking(attempt, [...asked, wanted])
    if (error.status === 401) state.signedOut?.()
    throw error
  }
}

/** The address of an operation that only reads, for a link to what it gives. */
export function hrefOf<N extends OperationName>(name: N, input: Input<N>): string {
  const { path, rest } = placed(name, input)
  const query = queryOf(rest)
  return `/api/v1${path}${query && `?${query}`}`
}

async function send<N extends OperationName>(name: N, input: Input<N>, options: Options): Promise<Output<N>> {
  const [method = 'GET'] = routes[name].split(' ')
  const { path, rest } = placed(name, input)
  const bodyless = method === 'GET' || options.file !== undefined
  const query = bodyless ? queryOf(rest) : ''
  return (await fetchJson(`/api/v1${path}${query && `?${query}`}`, {
    method,
    headers: {
      ...(options.ifMatch !== undefined && { 'if-match': `"${options.ifMatch}"` }),
      ...(options.key !== undefined && { 'idempotency-key': options.key }),
      ...(state.consent !== null && { 'regie-consent': state.consent }),
      ...(options.file
        ? { 'content-type': 'application/octet-stream' }
        : !bodyless && { 'content-type': 'application/json' }),
    },
    ...(options.file ? { body: options.file } : !bodyless && { body: JSON.stringify(rest) }),
    ...(options.signal && { signal: options.signal }),
  })) as Output<N>
}

/** Something else that our own node says. @throws Problem */
export const get = <T>(path: string): Promise<T> => fetchJson(path, {}) as Promise<T>

/** Something else of our own node, such as signing in. @throws Problem */
export const post = <T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> =>
  asking(
    () =>
      fetchJson(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(state.consent !== null && { 'regie-consent': state.consent }),
          ...headers,
        },
        body: JSON.stringify(body),
      }) as Promise<T>,
  )

async function fetchJson(path: string, init: RequestInit): Promise<unknown> {
  const headers = { accept: 'application/json', 'accept-language': state.language, ...init.headers }
  const response = await fetch(path, { ...init, headers, credentials: 'same-origin' }).catch((cause) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Problem(0, OFFLINE, '')
  })
  return answerOf(response.status, response.statusText, await response.text())
}

/** @throws Problem where it says that it was not done */
function answerOf(status: number, statusText: string, text: string): unknown {
  const body: unknown = text === '' ? null : parse(text)
  if (status >= 200 && status < 300) return body
  const { code, title, detail, params } = (body ?? {}) as Record<string, unknown>
  throw new Problem(
    status,
    typeof code === 'string' ? code : 'failed',
    typeof title === 'string' ? title : typeof detail === 'string' ? detail : statusText,
    (params ?? {}) as Record<string, unknown>,
  )
}

/**
 * Sends a file to an operation that takes one.
 * @param told how much of it is on its way, from 0 to 1: `fetch` does not say
 * @throws Problem
 */
export const upload = <N extends OperationName>(
  name: N,
  input: Input<N>,
  file: Blob,
  told: (part: number) => void,
): Promise<Output<N>> =>
  asking(
    () =>
      new Promise<Output<N>>((resolve, reject) => {
        const request = new XMLHttpRequest()
        request.open('POST', hrefOf(name, input))
        request.setRequestHeader('accept', 'application/json')
        request.setRequestHeader('accept-language', state.language)
        request.setRequestHeader('content-type', 'application/octet-stream')
        request.upload.onprogress = ({ loaded, total }) => told(total > 0 ? loaded / total : 0)
        request.onerror = () => reject(new Problem(0, OFFLINE, ''))
        request.onload = () => {
          try {
            resolve(answerOf(request.status, request.statusText, request.responseText) as Output<N>)
          } catch (error) {
            reject(error)
          }
        }
        request.send(file)
      }),
  )

/**
 * What an operation answers with a file, for one whose input may stand in no address.
 * @param told how many bytes of it came in so far: nobody knows before how many there are
 * @throws Problem
 */
export const fetchFile = <N extends OperationName>(
  name: N,
  input: Input<N>,
  told: (bytes: number) => void,
): Promise<Blob> =>
  asking(async () => {
    const [, path = ''] = routes[name].split(' ')
    const response = await fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: {
        ...{ accept: 'application/json', 'accept-language': state.language },
        'content-type': 'application/json',
      },
      body: JSON.stringify(input),
      credentials: 'same-origin',
    }).catch(() => {
      throw new Problem(0, OFFLINE, '')
    })
    if (!response.ok) answerOf(response.status, response.statusText, await response.text())
    return received(response, told)
  })

/** The body of an answer, as it comes in. @throws Problem where it breaks off */
export async function received(response: Response, told: (bytes: number) => void): Promise<Blob> {
  const pieces: BlobPart[] = []
  let bytes = 0
  const reader = response.body?.getReader()
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      pieces.push(next.value)
      bytes += next.value.length
      told(bytes)
    }
  } catch {
    throw new Problem(0, OFFLINE, '')
  }
  return new Blob(pieces, { type: 'application/octet-stream' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function placed(name: OperationName, input: object): { path: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input }
  const [, pattern = ''] = routes[name].split(' ')
  const path = pattern.replace(/\{([^}]+)\}/g, (_, key: string) => {
    const value = rest[key]
    delete rest[key]
    return encodeURIComponent(String(value))
  })
  return { path, rest }
}

function queryOf(input: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(input))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== '') query.append(key, String(one))
  return query.toString()
}
