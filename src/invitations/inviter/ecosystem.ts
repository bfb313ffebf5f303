import { type InvitationState, type PartnerRole, partnerRoles } from '../../core/index.ts'
import { rows, type Store } from '../../store/index.ts'
import { isFinal } from '../invitation-state.ts'

export interface RoleCount {
  readonly role: PartnerRole | 'none'
  readonly partners: number
  readonly in_network: number
  readonly invited: number
  readonly declined: number
  readonly not_invited: number
  readonly active: number
}

export interface Placed {
  readonly roles: readonly PartnerRole[]
  readonly isInNetwork: boolean
  readonly isActive: boolean
  /** Of its newest invitation. */
  readonly invitation: InvitationState | null
}

/** Where our partners stand, whether or not they have joined. */
export class Ecosystem {
  readonly #store: Store

  constructor({ store }: { readonly store: Store }) {
    this.#store = store
  }

  async byRole(): Promise<RoleCount[]> {
    const found = await rows<{
      roles: string
      network_state: string
      activity: string
      state: InvitationState | null
    }>(
      this.#store.reader,
      `SELECT p.roles, p.network_state, p.activity,
         (SELECT i.state FROM invitation i WHERE i.partner_id = p.id ORDER BY i.id DESC LIMIT 1) AS state
       FROM partner p`,
    )
    return countByRole(
      found.map(({ roles, network_state, activity, state }) => ({
        ...{ roles: JSON.parse(roles) as PartnerRole[], isInNetwork: network_state === 'in_network' },
        ...{ isActive: activity === 'active', invitation: state },
      })),
    )
  }
}

/** A partner that is several things to us counts in each. */
export function countByRole(partners: readonly Placed[]): RoleCount[] {
  const counted = [...partnerRoles, 'none' as const].map((role) => {
    const some = partners.filter(({ roles }) => (role === 'none' ? roles.length === 0 : roles.includes(role)))
    const places = some.map(placeOf)
    const many = (place: Place) => places.filter((one) => one === place).length
    return {
      ...{ role, partners: some.length, in_network: many('in_network'), invited: many('invited') },
      ...{ declined: many('declined'), not_invited: many('not_invited') },
      active: some.filter((one) => placeOf(one) === 'not_invited' && one.isActive).length,
    }
  })
  return counted.filter(({ partners }) => partners > 0)
}

type Place = 'in_network' | 'invited' | 'declined' | 'not_invited'

function placeOf({ isInNetwork, invitation }: Placed): Place {
  if (isInNetwork || invitation === 'registered') return 'in_network'
  if (invitation === null || invitation === 'withdrawn') return 'not_invited'
  return isFinal(invitation) ? 'declined' : 'invited'
}
