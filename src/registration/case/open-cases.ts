import type { CaseFilesDeps } from './case-files.ts'
import { CaseFiles } from './case-files.ts'
import { Decisions, type DecisionsDeps } from './decisions.ts'
import { Desk, type DeskDeps } from './desk.ts'
import { Intake, type IntakeDeps } from './intake.ts'
import { CaseMoves, type MovesDeps } from './moves.ts'
import { createShowCase } from './shown-case.ts'

export type CasesDeps = MovesDeps &
  Omit<CaseFilesDeps, 'moves'> &
  Omit<DecisionsDeps, 'moves' | 'caseFiles'> &
  Omit<DeskDeps, 'moves' | 'caseFiles' | 'decisions'> &
  Omit<IntakeDeps, 'moves' | 'caseFiles' | 'decisions'>

/** The trust anchor's cases: read, taken in, decided. */
export function openCases(deps: CasesDeps) {
  const moves = new CaseMoves(deps)
  const caseFiles = new CaseFiles({ ...deps, moves })
  const decisions = new Decisions({ ...deps, moves, caseFiles })
  const intake = new Intake({ ...deps, moves, caseFiles, decisions })
  const desk = new Desk({ ...deps, moves, caseFiles, decisions })
  const show = createShowCase({ ...deps, moves, desk })
  return { moves, caseFiles, decisions, intake, desk, show }
}
