import { hash, timingSafeEqual } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config/index.ts'
import { isRefusal, type Log, Refusal } from '../core/index.ts'
import { addresseeOf, type HostedRow, type Hosting } from '../hosting/index.ts'
import type { Node } from '../node/index.ts'
import { FairShare, type Share } from './fair-share.ts'
import { leavingFileOf } from './leaving.ts'
import type { Tenants } from './tenants.ts'

export interface FrontDoorDeps {
  readonly config: Config
  readonly base: URL
  readonly hosting: Hosting
  readonly tenants: Tenants
  /** The host's own node: the trust anchor. */
  readonly own: Pick<Node, 'handle'>
  readonly share: Share
  /** Whether this is the process that hosts, of several on one database. */
  readonly hosts: () => boolean
  readonly log: Log
}

/** Where the file of a node that left is fetched. */
const FILE_PATH = '/hosted-file'
/** RFC 9110, section 15.5.20: asked of who cannot answer for this name. */
const MISDIRECTED = 421
const SAFE = new Set(['GET', 'HEAD'])

/** Takes every request in and hands it to whom its Host header names; nothing else of it is looked at here. */
export function createFrontDoor(deps: FrontDoorDeps): RequestListener {
  const shares = new FairShare(deps.share)
  return (request, response) => {
    const to = addresseeOf({ url: request.url ?? '', rawHeaders: request.rawHeaders }, deps.base)
    if (to?.kind === 'host') return deps.own.handle(request, response)
    if (to === null)
      return refuse(
        response,
        new Refusal('not_found', 'host_unknown', 'nobody is reached under this name'),
        MISDIRECTED,
      )
    answer(deps, shares, to.slug, request, response).catch((error) => {
      if (!isRefusal(error)) deps.log.error({ err: error }, 'a request to a hosted node failed')
      if (response.headersSent) return response.destroy()
      refuse(response, isRefusal(error) ? error : internal())
    })
  }
}

async function answer(
  deps: FrontDoorDeps,
  shares: FairShare,
  slug: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const row = await deps.hosting.find(slug)
  // Who is not there and who never was get the same answer.
  if (!row || row.state === 'creating')
    throw new Refusal('not_found', 'hosting_unknown', 'no node of this name is hosted here')
  if (row.state === 'suspended')
    throw new Refusal('unavailable', 'hosting_suspended', 'this node is suspended: ask the servicedesk')
  if (row.state !== 'active') return gone(deps, row, request, response)
  if (!deps.hosts())
    throw new Refusal('unavailable', 'hosting_elsewhere', 'another process hosts these nodes now: try again')
  const giveBack = shares.take(row.id, performance.now())
  if (!giveBack)
    throw new Refusal('rate_limited', 'rate_limited', 'too many requests: wait a moment', {
      params: { retry_after_s: 1 },
    })
  try {
    await deps.tenants.use(row, async (node, size) => {
      if (size > deps.share.diskBytes && !SAFE.has(request.method ?? ''))
        throw new Refusal(
          'unavailable',
          'hosting_disk_full',
          'this node has used up its disk: only reading goes on',
        )
      const done = new Promise<void>((resolve) => response.once('close', resolve))
      // It may have gone away while the node was opened.
      if (response.closed || request.destroyed) return
      node.handle(request, response)
      await done
    })
  } finally {
    giveBack()
  }
}

/** Its lists and documents are where it lives now; what is for its people and partners they find through its DID. */
async function gone(
  { config }: FrontDoorDeps,
  row: HostedRow,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?', 1)
  if (path === FILE_PATH) return sendFile(config, row, request, response)
  if (row.movedTo && SAFE.has(request.method ?? '') && !path.startsWith('/api/')) {
    response.writeHead(308, { Location: `${row.movedTo}${request.url}`, 'Cache-Control': 'max-age=60' }).end()
    return
  }
  throw new Refusal(
    'gone',
    'organisation_moved',
    'this organisation has a node of its own: its DID says where',
  )
}

async function sendFile(
  config: Config,
  { id, state, ticket }: HostedRow,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, token = ''] = /^Bearer ([\w-]{43})$/.exec(request.headers.authorization ?? '') ?? []
  const isIt = ticket !== null && timingSafeEqual(Buffer.from(hash('sha256', token)), Buffer.from(ticket))
  if (!isIt || request.method !== 'GET')
    throw new Refusal('unauthenticated', 'hosting_ticket_invalid', 'this needs the ticket that leaving gave')
  if (state === 'leaving')
    throw new Refusal('unavailable', 'hosting_leaving', 'the file is being written: try again soon')
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': 'attachment; filename="node.regie"',
    'Cache-Control': 'no-store',
  })
  await pipeline(createReadStream(leavingFileOf(config, id)), response)
}

function refuse(response: ServerResponse, { status, code, message, params }: Refusal, as = status): void {
  const body = JSON.stringify({ type: `urn:regie:problem:${code}`, title: message, status: as, code, params })
  response
    .writeHead(as, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      ...((as === 503 || as === 429) && { 'Retry-After': '1' }),
    })
    .end(body)
}

const internal = () => new Refusal('unavailable', 'internal_error', 'something went wrong here')
