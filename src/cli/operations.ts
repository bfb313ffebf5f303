import type { OpenApiDocument } from '../http/index.ts'
import { type Property, propertiesOf, type Schema } from './schema.ts'

/** An operation as the command line sees it. */
export interface CliOperation {
  /** `access.approve` */
  readonly name: string
  readonly summary: string
  readonly method: string
  /** With `{param}` segments. */
  readonly path: string
  readonly members: readonly Member[]
  readonly positional: readonly string[]
  readonly upload: boolean
  /** The answer is a file. */
  readonly download: boolean
}

export interface Member extends Property {
  readonly place: 'path' | 'query' | 'body'
}

/** All operations of an API document, in its order, but those a page watches: who asks again sees the same. */
export function operationsOf(document: OpenApiDocument): readonly CliOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => !isStream(responses['200']))
      .map(([method, operation]): CliOperation => {
        const content = operation.requestBody?.content ?? {}
        const body = content['application/json']?.schema as Schema | undefined
        const parameters = operation.parameters.flatMap(
          ({ name, in: place, required, description, schema }): Member[] =>
            place === 'header'
              ? []
              : [
                  {
                    name,
                    place,
                    required,
                    schema: { ...(schema as Schema), ...(description && { description }) },
                  },
                ],
        )
        const members = body ? propertiesOf(body, document) : []
        return {
          name: operation.operationId,
          summary: operation.summary,
          method: method.toUpperCase(),
          path,
          members: [...parameters, ...members.map((member): Member => ({ ...member, place: 'body' }))],
          positional: operation['x-regie-positional'],
          upload: 'application/octet-stream' in content,
          download: isDownload(operation.responses['200']),
        }
      }),
  )
}

const comesAs =
  (mediaType: string) =>
  (response: object | undefined): boolean =>
    response !== undefined && 'content' in response && Object.hasOwn(response.content as object, mediaType)

const isDownload = comesAs('application/octet-stream')
const isStream = comesAs('text/event-stream')
