import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRefusal, Refusal } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import { parseDcqlQuery } from '../dcql/index.ts'
import { parseJsonStrict } from '../jose/index.ts'
import { factNames, type Preset, placeholderOf, presetFile } from './preset.ts'

const FILE = /^([a-z][a-z0-9-]{0,40})\.json$/

/**
 * Reads every preset once, at start: a file per preset. One broken file stops the start; the refusal names it.
 * @throws Refusal `preset_invalid`, with `file` and `reason` in its params
 */
export function loadPresets(dir: string, types: Pick<CredentialTypes, 'find'>): readonly Preset[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = FILE.exec(file)?.[1]
      if (name === undefined) throw invalid(file, 'file_name')
      return checked(parse(join(dir, file), file, name), file, types)
    })
}

function parse(path: string, file: string, name: string): Preset {
  try {
    const { dcql_query, ...more } = presetFile.parse(parseJsonStrict(readFileSync(path)))
    return { ...more, name, query: parseDcqlQuery(dcql_query) }
  } catch (cause) {
    throw invalid(file, isRefusal(cause) ? cause.code : 'shape', cause)
  }
}

/** What a query asks must be there to be shown, and accepted of somebody. */
function checked(preset: Preset, file: string, types: Pick<CredentialTypes, 'find'>): Preset {
  const known = new Set<string>([...Object.keys(preset.parameters), ...factNames])
  for (const { format, meta, claims = [], trusted_authorities: authorities = [] } of preset.query
    .credentials) {
    // No presentation ever proves another kind: etsi_tl and openid_federation have lists that nobody here reads.
    if (authorities.some(({ type }) => type !== 'aki')) throw invalid(file, 'trusted_authority_unsupported')
    if (format === 'dc+sd-jwt' && !meta.vct_values) throw invalid(file, 'vct_values_missing')
    for (const vct of meta.vct_values ?? []) if (!preset.issuers[vct]) throw invalid(file, 'issuers_missing')
    for (const { path, values = [] } of claims) {
      for (const vct of meta.vct_values ?? [])
        if (types.find(vct)?.findClaim(path) === null) throw invalid(file, 'unknown_claim')
      for (const value of values) {
        const placeholder = placeholderOf(value)
        if (placeholder !== null && !known.has(placeholder)) throw invalid(file, 'unknown_parameter')
      }
    }
  }
  return preset
}

const invalid = (file: string, reason: string, cause?: unknown) =>
  new Refusal('unavailable', 'preset_invalid', `the preset ${file} cannot be used: ${reason}`, {
    params: { file, reason },
    cause,
  })
