import { stateVerb } from "../run/stateVerb.ts";
import { reportText } from "../run/stateText.ts";

export const report = stateVerb(
  "report",
  {
    summary: "The whole story of a run: figures, why requests failed, history",
    description: "Reads the run folder DIR and tells what came of the run, with an example for each cause of failure.",
    shows: "What happened in it?",
  },
  reportText,
);
