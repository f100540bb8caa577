import { RosterPage } from "./RosterPage";

export default RosterPage;
