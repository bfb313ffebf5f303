import type { DocumentLanguage } from '../documents/index.ts'
import type { Vault } from '../vault/index.ts'
import type { SourceFile } from './ports.ts'
import type { SourceNoticeRow } from './processing-tables.ts'

/** What is sealed of a notice. */
export interface NoticeContent {
  readonly name: string
  readonly email?: string
  readonly company: string | null
  readonly sources: readonly SourceFile[]
  /** The letter as it was sent. */
  readonly sent?: { readonly language: DocumentLanguage; readonly text: string }
  /** Why it was not needed, in words. */
  readonly reason?: string
}

const place = (id: string) => `source_notice:${id}:sealed`

export const sealNotice = (
  vault: Vault,
  scope: string,
  id: string,
  content: NoticeContent,
): Promise<Buffer> => vault.seal(scope, place(id), JSON.stringify(content))

/** Null once she was erased. */
export const openNotice = async (
  vault: Vault,
  { id, sealed }: Pick<SourceNoticeRow, 'id' | 'sealed'>,
): Promise<NoticeContent | null> => sealed && JSON.parse(await vault.openText(place(id), sealed))
