import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Template, templateSchema } from './template.ts'

/** `contracts/<id>/<version>/template.json` with the texts beside it, `nl.md` and `en.md`. */
const DIRECTORY = join(import.meta.dirname, '..', '..', 'contracts')

/** The templates a trust anchor starts with: data of the product, the same for each process. @throws when one is wrong */
export const readShippedTemplates = (): Template[] =>
  readdirSync(DIRECTORY).flatMap((id) =>
    readdirSync(join(DIRECTORY, id)).map((version) => {
      const read = (name: string) => readFileSync(join(DIRECTORY, id, version, name), 'utf8')
      const body = { nl: read('nl.md'), en: read('en.md') }
      return templateSchema.parse({
        id,
        version: Number(version),
        ...JSON.parse(read('template.json')),
        body,
      })
    }),
  )
