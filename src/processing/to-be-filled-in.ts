import type { Sender } from './notice-text.ts'
import type { ProcessingSettings } from './settings.ts'

interface Open {
  readonly code: string
  readonly bases: readonly unknown[]
  readonly purposes: readonly unknown[]
  readonly retention: readonly unknown[]
}

/** What only the organisation can say, as the members of its settings. */
export function openSettings(settings: ProcessingSettings, sender: Sender) {
  const members = [
    ...(['role', 'data_protection_officer', 'transfers', 'people_retention'] as const),
    ...(['people_basis', 'relation_purposes', 'relation_basis', 'relation_retention', 'measures'] as const),
  ]
  const open: string[] = members.filter((member) => settings[member] === undefined)
  if (!contactOf(settings.privacy_contact) && !contactOf(sender)) open.push('privacy_contact')
  if (settings.role && settings.role !== 'controller' && !settings.joint_controllers?.length)
    open.push('joint_controllers')
  return open.map((field) => ({ activity: null, field }))
}

/** What activities do not say. */
export const openIn = (activities: readonly Open[]) =>
  activities.flatMap((one) => [
    ...(one.bases.length === 0 ? [{ activity: one.code, field: 'legal_bases' }] : []),
    ...(one.purposes.length === 0 ? [{ activity: one.code, field: 'purposes' }] : []),
    ...(one.retention.length === 0 ? [{ activity: one.code, field: 'retention' }] : []),
  ])

/** Whom to write to or call; null where neither is said. */
export function contactOf(
  contact: { name?: string | undefined; email?: string | undefined; phone?: string | undefined } | undefined,
): string | null {
  if (!contact?.email && !contact?.phone) return null
  return [contact.name, contact.email, contact.phone].filter(Boolean).join(', ')
}
