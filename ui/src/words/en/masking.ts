import type { Words } from "../zh";
import type { masking as zh } from "../zh/masking";

export const masking: Words<typeof zh> = {
  show: "Show whole numbers",
  hide: "Mask numbers again",
  mayNot: "You have no right to see whole numbers",
  onlyReads: "Looking only",
  onlyReadsNote:
    "Your account may look at the roster and export it, and change nothing. To change something, ask the organisation's owner or the operator for another role.",
  onlyPrints: "Invitations only",
  onlyPrintsNote:
    "Your account sees names, departments and invitations and makes, prints and hands out invitations. Nothing else comes to this computer or can be changed.",
  onlyDepartments: "Own departments",
  onlyDepartmentsNote:
    "Your account sees and changes the departments it was given. Nothing else comes to this computer. For further departments, ask the organisation's owner or the operator.",
  isFull: "Numbers are shown whole",
  showTitle: "Show everybody's whole document numbers and phones?",
  showNote: "Until the roster is closed or masked again. This is written down in History.",
  showConfirm: "Show",
  showPerson: "Show document number and phones",
  showPersonNote: "Looking is written down",
  export: {
    title: "Document numbers and phones",
    masked: "Masked (330***********1234)",
    full: "Whole",
    note: "The export is written down in History.",
    confirm: "Export",
  },
};
