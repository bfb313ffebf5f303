import { type SaxesOptions, SaxesParser, type SaxesTagNS } from 'saxes'
import { Refusal } from '../../core/index.ts'
import { limits } from './limits.ts'

/**
 * Which elements are read: `text` for an element whose text is wanted, an object for one that holds others.
 * Everything else in the file is passed over.
 */
export interface Shape {
  readonly [element: string]: 'text' | Shape
}

/** The texts directly inside an element, first occurrence of each. Only elements of the shape are in it. */
export type Texts = { readonly [element: string]: string | undefined }

export interface RecordHandlers {
  /** The root element begins. Whatever it throws ends the reading. */
  readonly root: (local: string, namespace: string) => void
  /** An element that holds others begins; `path` is like `company/transactions/journal/transaction`. */
  readonly open?: (path: string, parent: Texts) => void
  /** It ends. `line` is where it began. */
  readonly close: (path: string, texts: Texts, line: number) => void
}

interface Node {
  readonly path: string
  readonly children: ReadonlyMap<string, Node> | 'text'
}

/** An element that is open and being read. */
interface Frame {
  readonly node: Node
  readonly line: number
  readonly texts: { [element: string]: string | undefined }
}

const options = { xmlns: true, position: true } as const satisfies SaxesOptions

/**
 * Reads the wanted elements of an XML file as it streams by. Elements count only in the namespace of the root, under
 * any prefix; memory is bounded whatever the file holds.
 * @throws Refusal `xaf_broken` (`params.line`, `params.column`), `xaf_doctype`, `xaf_too_deep`, `xaf_text_too_long`,
 * and whatever a handler throws
 */
export async function readRecords(
  pieces: AsyncIterable<string>,
  shape: Shape,
  handlers: RecordHandlers,
): Promise<void> {
  const parser = new SaxesParser(options)
  const reader = new RecordReader(parser, shape, handlers)
  for await (const piece of pieces) {
    parser.write(piece)
    reader.passed(piece.length)
  }
  parser.close()
}

class RecordReader {
  readonly #parser: SaxesParser<typeof options>
  readonly #handlers: RecordHandlers
  readonly #root: Node
  /** Open elements; undefined for those that are passed over. */
  readonly #frames: (Frame | undefined)[] = []
  #namespace = ''
  #text: string | undefined
  #pending = 0
  #attributes = 0

  constructor(parser: SaxesParser<typeof options>, shape: Shape, handlers: RecordHandlers) {
    this.#parser = parser
    this.#handlers = handlers
    this.#root = { path: '', children: compile(shape, '') }
    parser.on('error', () => {
      throw this.#refusal('xaf_broken', 'the file is not well-formed XML; export it again')
    })
    parser.on('doctype', () => {
      throw this.#refusal('xaf_doctype', 'an audit file has no DOCTYPE; this one is not read')
    })
    parser.on('attribute', () => {
      this.#attributes += 1
      if (this.#attributes > limits.attributes) throw this.#tooLong()
    })
    parser.on('opentag', (tag) => this.#open(tag))
    parser.on('closetag', () => this.#close())
    parser.on('text', (text) => this.#add(text))
    parser.on('cdata', (text) => this.#add(text))
    const forget = (): void => {
      this.#pending = 0
    }
    parser.on('comment', forget)
    parser.on('processinginstruction', forget)
  }

  /** Counts what went by since the parser last finished something, which is all it can be holding. */
  passed(characters: number): void {
    this.#pending += characters
    if (this.#pending > limits.pending) throw this.#tooLong()
  }

  #open(tag: SaxesTagNS): void {
    this.#pending = 0
    this.#attributes = 0
    if (this.#frames.length >= limits.depth)
      throw this.#refusal('xaf_too_deep', 'the elements of the file are nested too deeply')
    if (this.#frames.length === 0) {
      this.#handlers.root(tag.local, tag.uri)
      this.#namespace = tag.uri
      this.#frames.push({ node: this.#root, line: this.#parser.line, texts: {} })
      return
    }
    const parent = this.#frames.at(-1)
    const children = parent?.node.children
    const node =
      children === undefined || children === 'text' || tag.uri !== this.#namespace
        ? undefined
        : children.get(tag.local)
    if (node === undefined || parent === undefined) {
      this.#frames.push(undefined)
      return
    }
    if (node.children === 'text') this.#text = ''
    else this.#handlers.open?.(node.path, parent.texts)
    this.#frames.push({ node, line: this.#parser.line, texts: {} })
  }

  #close(): void {
    this.#pending = 0
    const frame = this.#frames.pop()
    if (frame === undefined) return
    if (frame.node.children !== 'text') {
      this.#handlers.close(frame.node.path, frame.texts, frame.line)
      return
    }
    const name = frame.node.path.slice(frame.node.path.lastIndexOf('/') + 1)
    const texts = this.#frames.at(-1)?.texts
    if (texts) texts[name] ??= detach(this.#text ?? '')
    this.#text = undefined
  }

  #add(text: string): void {
    this.#pending = 0
    // Text counts only directly inside the wanted element.
    if (this.#text === undefined || this.#frames.at(-1) === undefined) return
    if (this.#text.length < limits.value) this.#text += text.slice(0, limits.value - this.#text.length)
  }

  #tooLong(): Refusal {
    return this.#refusal('xaf_text_too_long', 'one text or tag of the file is far too long')
  }

  #refusal(code: string, message: string): Refusal {
    return new Refusal('invalid', code, message, {
      params: { line: this.#parser.line, column: this.#parser.column },
    })
  }
}

function compile(shape: Shape, path: string): ReadonlyMap<string, Node> {
  return new Map(
    Object.entries(shape).map(([element, inner]) => {
      const own = path === '' ? element : `${path}/${element}`
      return [element, { path: own, children: inner === 'text' ? inner : compile(inner, own) }]
    }),
  )
}

/** A copy of its own: a part of a string keeps the whole piece of the file alive. */
const detach = (text: string): string => (text.length < 13 ? text : Buffer.from(text).toString())
