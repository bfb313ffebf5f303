import { Asking, type AskingDeps } from '../evidence/asking.ts'
import { Domains, type DomainsDeps } from '../evidence/domain.ts'
import { Evidence, type EvidenceDeps } from '../evidence/evidence.ts'
import { HandingIn, type HandingInDeps } from '../evidence/handing-in.ts'
import { KeptEvidence, type KeptEvidenceDeps } from '../evidence/kept.ts'
import { Representatives } from '../evidence/representatives.ts'
import { LookUps, type LookUpsDeps } from '../kvk/look-ups.ts'
import { Rechecks, type RechecksDeps } from '../recheck/rechecks.ts'
import { CaseFiles, type CaseFilesDeps } from './case-files.ts'
import { Decisions, type DecisionsDeps } from './decisions.ts'
import { Desk, type DeskDeps } from './desk.ts'
import { Intake, type IntakeDeps } from './intake.ts'
import { CaseMoves, type MovesDeps } from './moves.ts'
import { Registering, type RegisteringDeps } from './registering.ts'
import { createShowCase } from './shown-case.ts'

type Made = 'moves' | 'caseFiles' | 'representatives' | 'evidence' | 'registering' | 'decisions' | 'handingIn'

export type CasesDeps = MovesDeps &
  Omit<
    CaseFilesDeps &
      DecisionsDeps &
      DeskDeps &
      IntakeDeps &
      RegisteringDeps &
      EvidenceDeps &
      DomainsDeps &
      LookUpsDeps &
      Omit<RechecksDeps, 'lookUps'> &
      AskingDeps &
      KeptEvidenceDeps &
      HandingInDeps,
    Made
  >

/** The trust anchor's cases: taken in, worked on, decided. */
export function openCases(deps: CasesDeps) {
  const moves = new CaseMoves(deps)
  const caseFiles = new CaseFiles({ ...deps, moves })
  const representatives = new Representatives({ ...deps, caseFiles })
  const evidence = new Evidence({ ...deps, caseFiles, representatives })
  const made = { ...deps, moves, caseFiles, representatives, evidence }
  const registering = new Registering(made)
  const decisions = new Decisions({ ...made, registering })
  const intake = new Intake({ ...made, decisions, registering })
  const desk = new Desk({ ...made, decisions, registering })
  const domains = new Domains(made)
  const handingIn = new HandingIn(made)
  const asking = new Asking({ ...made, handingIn })
  const kept = new KeptEvidence(made)
  const lookUps = new LookUps(made)
  const rechecks = new Rechecks({ ...made, lookUps })
  const show = createShowCase({ ...made, desk })
  return {
    ...{ moves, caseFiles, representatives, evidence, registering },
    ...{
      decisions,
      intake,
      desk,
      domains,
      asking,
      handingIn,
      kept,
      lookUps,
      rechecks,
      register: deps.register,
      show,
    },
  }
}
export type Cases = ReturnType<typeof openCases>
