/**
 * The scenario schema as JSON Schema, for editors that complete and check while one types.
 */
import * as z from "zod";
import { scenarioSchema } from "./schema.ts";

const SAFE = Number.MAX_SAFE_INTEGER;

/** The published schema (draft 2020-12), as it stands in schema/scenario.schema.json. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ jsonSchema }) => {
      // Bounds of safe integers say nothing to people.
      if (jsonSchema.minimum === -SAFE) delete jsonSchema.minimum;
      if (jsonSchema.maximum === SAFE) delete jsonSchema.maximum;
    },
  });
  const { $schema, ...rest } = schema;
  return { $schema, title: "Hypervise scenario", description: "A virtualized datacenter to simulate: hosts, hypervisors, VMs and what they ask for.", ...rest };
}
