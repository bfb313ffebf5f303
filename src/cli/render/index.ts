import { renderImportPreview } from './import-preview.ts'
import { renderImportResult } from './import-result.ts'
import { renderLog } from './log.ts'
import { renderPresentation } from './presentation.ts'
import { renderRead } from './read.ts'
import type { Renderer } from './renderer.ts'
import { renderValue } from './value.ts'
import { renderVerification } from './verification.ts'

/** Operations whose answer reads better in a form of its own; all others get the generic one. */
const renderers: Readonly<Record<string, Renderer>> = {
  'access.log': renderLog,
  'access.proof': renderPresentation,
  'access.read': renderRead,
  'partners.imports.apply': renderImportResult,
  'partners.imports.preview': renderImportPreview,
  'presentations.create': renderPresentation,
  'verifications.create': renderVerification,
}

/** The form for an operation's answer. A node of another version may answer in another shape: then the generic one. */
export const rendererOf =
  (operation: string): Renderer =>
  (value, options) => {
    const renderer = renderers[operation]
    if (!renderer) return renderValue(value, options)
    try {
      return renderer(value, options)
    } catch {
      return renderValue(value, options)
    }
  }
