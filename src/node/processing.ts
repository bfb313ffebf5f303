import { contactIdsOf } from '../partners/index.ts'
import {
  Breaches,
  DEFAULT_HOURS,
  NewNotices,
  OwnLooks,
  Settings,
  SourceNotices,
} from '../processing/index.ts'
import type { Ground } from './ground.ts'

/** What the organisation owes persons and the supervisor, as far as that asks nobody else. */
export function openProcessing(ground: Ground) {
  const { config, vocabulary, parties, webhooks } = ground
  const scope = async () => (await parties.organisation()).id
  const announce: ConstructorParameters<typeof NewNotices>[0]['announce'] = (tx, events) =>
    webhooks.announceAll(
      tx,
      events.map((event) => ({ ...event, orderBy: event.subject })),
    )
  const settings = new Settings({
    ...{ ...ground, scope },
    requireTerms: (purposes, bases) => {
      for (const purpose of purposes) vocabulary.requirePurpose(purpose)
      for (const basis of bases) vocabulary.requireLegalBasis(basis)
    },
  })
  const { name, kvkNumber, email, phoneNumber, address } = config.organisation
  const town = [address?.postalCode, address?.locality].filter(Boolean).join(' ')
  const place = [address?.streetAddress, town].filter(Boolean).join(', ')
  const sender = {
    ...{ name, ...(kvkNumber && { kvkNumber }), ...(email && { email }) },
    ...(phoneNumber && { phone: phoneNumber }),
    ...(place && { address: place }),
  }
  const deps = { ...ground, scope, announce }
  return {
    ...{ settings, sender, looks: new OwnLooks(ground), newNotices: new NewNotices(deps) },
    breaches: new Breaches({
      ...deps,
      hours: async () => (await settings.get()).settings.breach_hours ?? DEFAULT_HOURS,
    }),
    sourceNotices: new SourceNotices({
      ...deps,
      contactsOf: contactIdsOf,
      letter: async () => ({
        ...{ sender, settings: (await settings.get()).settings },
        purposeLabel: (code, language) => vocabulary.requirePurpose(code).label[language],
        basis: (code, language) => {
          const { label, article } = vocabulary.requireLegalBasis(code)
          return { code, label: label[language], article }
        },
      }),
    }),
  }
}
