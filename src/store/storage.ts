import type { EntitySchema } from 'typeorm'
import type { Migration } from './migration.ts'

export type Engine = 'sqlite' | 'postgres'

/** Where the node keeps its data. */
export type StorageConfig =
  | { readonly engine: 'sqlite'; readonly file: string; readonly synchronous?: 'FULL' | 'NORMAL' }
  | {
      readonly engine: 'postgres'
      readonly url: string
      readonly schema?: string
      readonly poolSize?: number
    }

// biome-ignore lint/complexity/noBannedTypes: TypeORM's own type for entity classes
export type Entities = readonly (EntitySchema | Function)[]
export type Migrations = readonly (Migration | (new () => object))[]
