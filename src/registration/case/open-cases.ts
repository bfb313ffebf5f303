import type { CaseFilesDeps } from './case-files.ts'
import { CaseFiles } from './case-files.ts'
import { Decisions, type DecisionsDeps } from './decisions.ts'
import { Intake, type IntakeDeps } from './intake.ts'
import { CaseMoves, type MovesDeps } from './moves.ts'

export type CasesDeps = MovesDeps &
  Omit<CaseFilesDeps, 'moves'> &
  Omit<DecisionsDeps, 'moves' | 'caseFiles'> &
  Omit<IntakeDeps, 'moves' | 'caseFiles' | 'decisions'>

/** The trust anchor's cases: read, taken in, decided. */
export function openCases(deps: CasesDeps) {
  const moves = new CaseMoves(deps)
  const caseFiles = new CaseFiles({ ...deps, moves })
  const decisions = new Decisions({ ...deps, moves, caseFiles })
  const intake = new Intake({ ...deps, moves, caseFiles, decisions })
  return { moves, caseFiles, decisions, intake }
}
