import conditions from "./conditions.css";
import files from "./files.css";
import frame from "./frame.css";
import messages from "./messages.css";
import theme from "./theme.css";

/** In this order: phones, calm motion and forced colours overrule what comes before. */
export const STYLES = [theme, frame, messages, files, conditions].join("\n");
