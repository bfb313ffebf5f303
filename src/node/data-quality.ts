import { qualityOf } from '../config/index.ts'
import type { Did } from '../core/index.ts'
import { parseClaimRef } from '../credentials/index.ts'
import { Assessor, Bounces, Duplicates, Marks, QualityOverview, type QualityRules } from '../quality/index.ts'
import { Reciprocity } from '../reciprocity/index.ts'
import type { RecordView } from '../records/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** What should be known of every partner: as our own copy says it, or as the partner does. */
const wanted = [
  { claim: 'company-profile.name', field: 'name' },
  { claim: 'company-profile.email', field: 'email' },
  { claim: 'company-profile.phone_number', field: 'phone' },
  { claim: 'company-profile.address', field: 'address' },
  { claim: 'company-registration.kvk_number', field: 'kvk' },
] as const satisfies QualityRules['wanted']

/** How good what we have of partners is. @throws Refusal `unknown_claim` when the catalogue of types has not what is wanted */
export function openQuality(ground: Ground, { partners, processing }: Network, recordView: RecordView) {
  const { config, types, webhooks, vault } = ground
  for (const { claim } of wanted) types.requireClaim(parseClaimRef(claim))
  const rules = { staleMonths: qualityOf(config).staleMonths, wanted }
  const marks = new Marks({ vault })
  const shared = {
    ...{ ...ground, partners, marks, rules },
    valuesOf: (partner: Did) => recordView.inside(partner),
    announce: webhooks.announce.bind(webhooks),
  }
  const duplicates: Duplicates = new Duplicates({
    ...ground,
    changed: (tx, ids) => assessor.markDue(tx, ids),
  })
  ground.follows.importUndone = (tx, partners) => duplicates.takenBack(tx, partners)
  const assessor = new Assessor({ ...shared, duplicates })
  const bounces = new Bounces({ ...shared, assessor })
  const overview = new QualityOverview({
    ...{ ...shared, assessor, bounces },
    allowedAmong: (caller, grants) => recordView.allowedAmong(caller, grants),
  })
  return {
    assessor,
    overview,
    duplicates,
    operations: {
      ...{ overview, bounces, duplicates, partners },
      whenShown: processing.looks.record.bind(processing.looks),
      catchUp: () => assessor.catchUp(),
    },
  }
}

/** What we and partners let each other see. */
export function openReciprocity(ground: Ground, { partners, directory }: Network) {
  const { config, parties } = ground
  const threshold = qualityOf(config).imbalance
  const reciprocity = new Reciprocity({
    ...{ ...ground, threshold },
    organisation: () => parties.organisation(),
  })
  const identify = (reference: string) => directory.identify(reference)
  return { ...ground, reciprocity, partners, identify, threshold }
}
