import type { TestNode } from './nodes.ts'

export interface Reply<T = Record<string, unknown>> {
  readonly status: number
  readonly body: T & { readonly code?: string }
  /** The whole `Set-Cookie`; null where the answer has none. */
  readonly setCookie: string | null
}

export interface Sent {
  readonly cookie?: string
  readonly token?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Where the pages of a node on this machine come from. */
export const originOf = ({ url }: Pick<TestNode, 'url'>) => url.replace('127.0.0.1', 'localhost')

/** Sends what a browser would that shows a page of this node; `headers` say what is otherwise. */
export async function browse<T = Record<string, unknown>>(
  node: Pick<TestNode, 'url'>,
  method: string,
  path: string,
  { cookie, token, body, headers }: Sent = {},
): Promise<Reply<T>> {
  const all: Record<string, string> = {
    'sec-fetch-site': 'same-origin',
    ...(method !== 'GET' && { origin: originOf(node), 'content-type': 'application/json' }),
    ...(cookie !== undefined && { cookie }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  }
  const response = await fetch(`${node.url}${path}`, {
    method,
    // What is said to be empty is not sent.
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
    ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: (text === '' ? {} : JSON.parse(text)) as Reply<T>['body'],
    setCookie: response.headers.get('set-cookie'),
  }
}

/** `name=value` of a `Set-Cookie`, as a browser sends it back. */
export const cookieIn = ({ setCookie }: Reply): string => setCookie?.split(';', 1)[0] ?? ''

/** The code of a link for somebody, made with her token. */
export async function linkCode(node: TestNode, account: string): Promise<string> {
  const { body } = await node.call<{ url: string }>(account, 'POST', '/me/sessions/links', {})
  return new URL(body.url).hash.slice(1)
}

/** Signs somebody in by a link. @returns her cookie */
export async function signIn(node: TestNode, account: string): Promise<string> {
  const code = await linkCode(node, account)
  return cookieIn(await browse(node, 'POST', '/session/link', { body: { code } }))
}
