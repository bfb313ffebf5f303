import { z } from 'zod'
import { type AnyOperation, operation, Refusal, requireUser } from '../core/index.ts'
import { type Credentials, type CredentialType, parseClaimRef } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { Store } from '../store/index.ts'

export interface PresentationOperationsDeps {
  readonly store: Store
  readonly parties: Parties
  readonly credentials: Credentials
}

/** Shows chosen claims to a verifier of one's own choice: the proof that nobody asked for through the network. */
export function presentationOperations({
  store,
  parties,
  credentials,
}: PresentationOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'presentations.create',
      summary: 'Make a presentation of chosen claims for one verifier; nothing else is in it',
      method: 'POST',
      path: '/presentations',
      input: z.strictObject({
        claims: z
          .array(z.string().max(200))
          .min(1)
          .max(100)
          .describe('claims of one type, such as company-registration.name'),
        audience: z.string().min(1).max(2100).describe('who it is for: the verifier’s DID or URL'),
        nonce: z.string().min(8).max(500).describe('the verifier’s nonce'),
      }),
      output: z.object({ presentation: z.string(), type: z.string() }),
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ claims, audience, nonce }, { caller }) => {
        const user = requireUser(caller)
        const refs = claims.map(parseClaimRef)
        const [first] = refs
        if (!first || refs.some(({ type }) => type !== first.type))
          throw new Refusal('invalid', 'one_type_only', 'a presentation shows claims of one type')
        for (const ref of refs) credentials.types.requireClaim(ref)
        const type = credentials.types.byName(first.type)
        const holder = await holderOf(parties, type, user)
        const held = await credentials.findCurrent(store.reader, holder.id, type.vct)
        if (!held)
          throw new Refusal('not_found', 'credential_not_held', 'you do not hold a credential of this type')
        const paths = refs.map(({ path }) => path)
        return {
          presentation: await credentials.present(held, paths, { aud: audience, nonce }),
          type: type.vct,
        }
      },
    }),
  ]
}

/** A person shows her own credentials; the company's are shown by its administrator. @throws Refusal `not_data_subject` */
async function holderOf(
  parties: Parties,
  type: CredentialType,
  user: ReturnType<typeof requireUser>,
): Promise<Party> {
  if (type.about !== 'organisation') return parties.require(user.personId)
  if (!user.roles.includes('administrator'))
    throw new Refusal('forbidden', 'not_data_subject', 'only an administrator shows the company’s data', {
      params: { subject: 'organisation' },
    })
  return parties.organisation()
}
