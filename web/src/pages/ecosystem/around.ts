/** What of a partner says where it stands. */
export interface Partner {
  readonly id: string
  readonly roles: readonly string[]
  readonly in_network: boolean
  readonly invitation: { readonly state: string } | null
}

/** How far a partner is on its way into the network. */
export type Standing = 'in_network' | 'invited' | 'declined' | 'outside'

interface Place {
  readonly x: number
  readonly y: number
}

interface Placed extends Place {
  readonly id: string
}

export interface Around<P> {
  readonly hubs: readonly (Placed & { readonly role: string; readonly count: number })[]
  readonly partners: readonly (Placed & { readonly role: string; readonly partner: P })[]
}

/** Pixels of the map: what a partner is drawn in, with some room, and how far its rings lie apart. */
const WIDTH = 150
const HEIGHT = 40
const STEP = 52
const HUBS = 130
const FIRST = 230
/** Wider than high, as the screens are that it is drawn on. */
const FLATTENED = 1.6

/** The role a partner stands at in the map: the first it has. */
export const roleOf = ({ roles }: Pick<Partner, 'roles'>): string => roles[0] ?? 'none'

export function standingOf({ in_network, invitation }: Partner): Standing {
  if (in_network) return 'in_network'
  if (!invitation || invitation.state === 'withdrawn') return 'outside'
  return invitation.state === 'declined_by_partner' || invitation.state === 'rejected'
    ? 'declined'
    : 'invited'
}

/** Partners around us: each role has as wide a part of the circle as it has partners, on as many rings as they need. */
export function placed<P extends Pick<Partner, 'id' | 'roles'>>(partners: readonly P[]): Around<P> {
  const byRole = new Map<string, P[]>()
  for (const partner of partners)
    byRole.set(roleOf(partner), [...(byRole.get(roleOf(partner)) ?? []), partner])
  const roles = [...byRole.keys()].toSorted()
  // A role of few partners is still told from its neighbours.
  const least = partners.length / Math.max(1, roles.length * 2)
  const weights = roles.map((role) => Math.max(least, byRole.get(role)?.length ?? 0))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  let from = -Math.PI / 2
  const hubs: Around<P>['hubs'][number][] = []
  const around: Around<P>['partners'][number][] = []
  for (const [at, role] of roles.entries()) {
    const width = (2 * Math.PI * (weights[at] ?? 0)) / sum
    const items = byRole.get(role) ?? []
    hubs.push({ id: role, role, count: items.length, ...onCircle(HUBS, from + width / 2) })
    for (const { radius, angle, item } of onRings(items, from, width))
      around.push({ id: item.id, role, partner: item, ...free(around, radius, angle) })
    from += width
  }
  return { hubs, partners: around }
}

/** As near to us as nobody stands yet: where the circle is flat its rings run into each other. */
function free(taken: readonly Place[], radius: number, angle: number): Place {
  const place = onCircle(radius, angle)
  const isTaken = taken.some(({ x, y }) => Math.abs(x - place.x) < WIDTH && Math.abs(y - place.y) < HEIGHT)
  return isTaken ? free(taken, radius + STEP / 2, angle) : place
}

function* onRings<T>(items: readonly T[], from: number, width: number) {
  for (let at = 0, radius = FIRST; at < items.length; radius += STEP) {
    const room = Math.max(1, Math.floor((radius * width) / WIDTH))
    const ring = items.slice(at, at + room)
    for (const [place, item] of ring.entries())
      yield { radius, angle: from + (width * (place + 0.5)) / ring.length, item }
    at += ring.length
  }
}

const onCircle = (radius: number, angle: number) => ({
  x: Math.round(FLATTENED * radius * Math.cos(angle)),
  y: Math.round(radius * Math.sin(angle)),
})
