import { z } from 'zod'
import { type AnyOperation, operation, Refusal, requireUser } from '../core/index.ts'
import { lossReasons } from './key-replacement-table.ts'
import {
  activationShape,
  handingShape,
  handOver,
  type PartiesOperationsDeps,
  text,
} from './operation-values.ts'
import { Welcome } from './welcome.ts'

export function keyOperations(deps: PartiesOperationsDeps): AnyOperation[] {
  const { store, parties, accounts, consentKeys, keyReplacement, local } = deps
  const welcome = new Welcome({ accounts, consentKeys, ...(local && { local }) })
  return [
    operation({
      name: 'people.rekey',
      summary:
        'Somebody lost her secret and her codes: identified again, she gets a new DID and key; what the old one signed ends',
      method: 'POST',
      path: '/people/:id/key',
      positional: ['id'],
      input: z.strictObject({
        id: z.string().max(100),
        reason: z.enum(lossReasons),
        evidence: text(1000).describe('how you made sure that it is she, such as: passport, at the desk'),
        ...handingShape,
      }),
      output: z.object({
        id: z.string(),
        did: z.string(),
        account: z.string(),
        ...activationShape,
      }),
      status: 201,
      secret: true,
      proof: true,
      allow: { users: ['administrator'] },
      run: async ({ id, reason, evidence, ...handing }, { caller }) => {
        const before = await parties.require(id)
        if (before.kind !== 'person')
          throw new Refusal('not_found', 'party_unknown', 'there is no such person')
        if (before.id === requireUser(caller).personId)
          throw new Refusal(
            'conflict',
            'identified_by_yourself',
            'somebody else must make sure that it is you',
          )
        const secret = await welcome.prepare()
        return store.transact(async (tx) => {
          const made = await keyReplacement.replace(tx, caller, before, { reason, evidence })
          const code = await welcome.give(tx, made.account, made, secret)
          const handed = await handOver(tx, deps, code, { person: made.party.id, ...handing })
          return { id, did: made.party.did, account: made.account, ...handed }
        })
      },
    }),
  ]
}
