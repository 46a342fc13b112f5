import { stateVerb } from "../run/stateVerb.ts";
import { statusText } from "../run/stateText.ts";

export const status = stateVerb(
  "status",
  {
    summary: "How a run stands, also while it goes on",
    description: "Reads the run folder DIR and says how far the run is. Writes nothing and disturbs nothing.",
    shows: "How far is it?",
  },
  statusText,
);
