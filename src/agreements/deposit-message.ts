import { z } from 'zod'
import { asDid, type Clock, type Did, didOfUrl, isDid, Refusal, seconds } from '../core/index.ts'
import { type ParsedJws, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'
import { MESSAGE_LIFETIME_S, readMessage, requireFresh, requireSigned } from '../trust/index.ts'
import type { SigningPorts } from './ports.ts'
import { compactJws, readSignature, verifyEndorsement, verifyPerson } from './signature.ts'
import type { SignedBy } from './signed.ts'
import { digestText } from './terms.ts'

const DEPOSIT_TYP = 'regie-agreement-deposit+jwt'
const RECEIPT_TYP = 'regie-agreement-receipt+jwt'

const did = z.string().max(2048).refine(isDid)
const oneSigned = z.strictObject({ signature: compactJws, endorsement: compactJws })
const signedBy = oneSigned.extend({ together: z.array(oneSigned).min(1).max(4).readonly().optional() })
const about = {
  agreement: z.uuid(),
  version: z.int().min(1),
  digest: digestText,
  parties: z.tuple([did, did]),
}

const depositSchema = z.strictObject({
  iss: did,
  /** The trust anchor's DID. */
  aud: did,
  ...about,
  /** In the order of the parties. */
  signatures: z.tuple([signedBy, signedBy]),
  iat: z.int().min(0),
  exp: z.int().min(0),
})
export type Deposit = z.output<typeof depositSchema>

/** A deposit, and who signed for each of its parties. */
export type VerifiedDeposit = Deposit & { readonly signatories: readonly (readonly Did[])[] }

const receiptSchema = z.strictObject({ iss: did, ...about, deposited_at: z.int().min(0) })
export type Receipt = z.output<typeof receiptSchema>

/** What both parties signed: the text is in neither message. */
export type Deposited = Pick<Deposit, 'agreement' | 'version' | 'digest' | 'parties' | 'signatures'>

/** Hands digest and signatures to the trust anchor. */
export const signDeposit = (
  deposit: Deposited,
  { iss, aud, now, signer }: { iss: Did; aud: Did; now: number; signer: Signer },
): Promise<string> => {
  const iat = seconds(now)
  return signJws({ typ: DEPOSIT_TYP }, { iss, aud, ...deposit, iat, exp: iat + MESSAGE_LIFETIME_S }, signer)
}

/**
 * Everything that can be said of a deposit: who hands it in, and that both parties signed this digest by a person and
 * their own word.
 * @throws Refusal `deposit_malformed`, `wrong_audience`, `signer_mismatch`, `agreement_…`, `jws_…`, `key_…`
 */
export async function verifyDeposit(
  compact: string,
  { us, clock }: { readonly us: Did; readonly clock: Clock },
  ports: Pick<SigningPorts, 'requireKey'>,
): Promise<VerifiedDeposit> {
  const message = readMessage('deposit', compact, depositSchema)
  const { payload: deposit } = message
  requireFresh(deposit, us, clock)
  const [first, second] = deposit.parties
  if (first === second || !deposit.parties.includes(deposit.iss)) throw mismatch()
  await requireSigned(message, { typ: DEPOSIT_TYP, purpose: 'assertionMethod', requireKey: ports.requireKey })
  return { ...deposit, signatories: await verifyBoth(deposit, ports) }
}

/**
 * @returns who signed, in the order of the parties
 * @throws Refusal `agreement_signature_invalid`, `agreement_version_differs`, `jws_…`, `key_…`, `did_…`
 */
export async function verifyBoth(
  { agreement, version, digest, parties, signatures }: Deposited,
  ports: Pick<SigningPorts, 'requireKey'>,
): Promise<readonly (readonly Did[])[]> {
  const [first, second] = parties.map(asDid) as [Did, Did]
  const sides: readonly (readonly [SignedBy, Did, Did])[] = [
    [signatures[0], first, second],
    [signatures[1], second, first],
  ]
  const signatories: Did[][] = []
  for (const [signed, organisation, counterparty] of sides) {
    const read = readSignature(signed, { agreement, version, digest, organisation, counterparty })
    for (const one of read) {
      await verifyPerson(one, ports)
      await verifyEndorsement(one, ports)
    }
    signatories.push(read.map(({ person }) => person))
  }
  return signatories
}

/** The trust anchor's word that it keeps the digest and both signatures, since when. */
export const signReceipt = (receipt: Receipt, signer: Signer): Promise<string> =>
  signJws({ typ: RECEIPT_TYP }, receipt, signer)

/** @throws Refusal `deposit_receipt_wrong`, `jws_…`, `key_…` */
export async function verifyReceipt(
  compact: string,
  expected: { readonly anchor: Did } & Pick<Deposited, 'agreement' | 'digest'>,
  ports: Pick<SigningPorts, 'requireKey'>,
): Promise<Receipt> {
  const jws = parseJws(compact)
  const parsed = receiptSchema.safeParse(jws.payload)
  const isOurs =
    parsed.success &&
    parsed.data.iss === expected.anchor &&
    parsed.data.agreement === expected.agreement &&
    parsed.data.digest === expected.digest
  if (!isOurs)
    throw new Refusal('upstream', 'deposit_receipt_wrong', 'the trust anchor’s receipt is of something else')
  await requireSignedBy(jws, expected.anchor, RECEIPT_TYP, ports)
  return parsed.data
}

async function requireSignedBy(
  jws: ParsedJws,
  who: string,
  typ: string,
  { requireKey }: Pick<SigningPorts, 'requireKey'>,
): Promise<void> {
  const { kid } = jws.header
  if (typeof kid !== 'string' || didOfUrl(kid) !== who) throw mismatch()
  verifyJws(jws, await requireKey(kid, 'assertionMethod'), { typ })
}

const mismatch = () => new Refusal('unprocessable', 'signer_mismatch', 'this is not signed by who it says')
