import { type Config, servicedeskOf } from '../config/index.ts'
import { type CasesDeps, openCases } from '../registration/index.ts'

/** The servicedesk's cases, as this trust anchor works on them. */
export function openCasework(deps: Omit<CasesDeps, 'targets'> & { readonly config: Config }) {
  const { targets } = servicedeskOf(deps.config)
  return openCases({ ...deps, targets })
}
