import { type Did, isRefusal, Refusal } from '../core/index.ts'
import { parseJsonObject } from '../jose/index.ts'
import { inclusionProof, leafHash } from '../merkle/index.ts'
import { digestOfBytes } from './head-token.ts'

/** A proof of one organisation, a few kilobytes; and a whole registry of some hundred thousand. */
const MAX_PROOF_BYTES = 4 * 1024 * 1024
const MAX_PARTIES = 1_000_000

/**
 * What is in a file that `registry proof` or `registry export` gave, as a proof about one organisation; it is held against
 * nothing yet. Of an export the way to the root is found anew, so that the whole of it is held against its head.
 * @throws Refusal `registry_proof_malformed`, `party_not_registered`
 */
export function readProof(text: string, did: Did): unknown {
  const [first = '', ...lines] = text.split('\n')
  const head = first.startsWith('{"format":"regie-registry-export-1"') ? parse(first) : null
  return head ? fromExport(head, lines, did) : parse(text)
}

function fromExport(
  { head, anchor }: Readonly<Record<string, unknown>>,
  lines: readonly string[],
  did: Did,
): unknown {
  const parties = lines.filter((line) => line !== '')
  if (parties.length > MAX_PARTIES) throw malformed()
  const leaves = parties.map((line) => leafHash(Buffer.from(line, 'utf8')))
  const index = parties.findIndex((line) => line.startsWith(`{"did":${JSON.stringify(did)},`))
  const party = parties[index]
  if (party === undefined)
    throw new Refusal('not_found', 'party_not_registered', 'that organisation is not in this file')
  return {
    format: 'regie-registry-proof-1',
    ...{ head, anchor, index, party: parse(party) },
    path: inclusionProof(leaves, index).map(digestOfBytes),
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return parseJsonObject(Buffer.from(text, 'utf8'), { maxBytes: MAX_PROOF_BYTES })
  } catch (cause) {
    if (!isRefusal(cause)) throw cause
    throw malformed(cause)
  }
}

const malformed = (cause?: unknown) =>
  new Refusal('invalid', 'registry_proof_malformed', 'this file holds no proof of a registry', { cause })
