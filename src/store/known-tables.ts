import { type DataSource, EntitySchema } from 'typeorm'
import type { Engine, Entities } from './storage.ts'

type Known = Pick<DataSource, 'entityMetadatas' | 'entityMetadatasMap'>

/**
 * Tables as TypeORM works them out: tens of milliseconds and a few megabytes, the same for each connection of one
 * engine. Done once for all connections that are opened with the same one of these.
 */
export class KnownTables {
  readonly #known = new Map<Engine, Known>()

  /** What a connection has to work out by itself. */
  toWorkOut(engine: Engine, entities: Entities): Entities {
    return this.#known.has(engine) ? [] : entities
  }

  /** Gives an open connection what is known, or learns it from the first. */
  share(engine: Engine, source: DataSource, entities: Entities): void {
    const known = this.#known.get(engine) ?? learn(source, entities)
    this.#known.set(engine, known)
    Object.assign(source, known)
  }
}

function learn(source: DataSource, entities: Entities): Known {
  const { entityMetadatas, entityMetadatasMap } = source
  const map: Known['entityMetadatasMap'] = new Map(entityMetadatasMap)
  // TypeORM knows a schema by its name only, and looks through all of them at every query.
  for (const entity of entities)
    if (entity instanceof EntitySchema) map.set(entity, source.getMetadata(entity))
  return { entityMetadatas, entityMetadatasMap: map }
}
