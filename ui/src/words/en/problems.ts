import type { Words } from "../zh";
import type { problems as source } from "../zh/problems";

const problem = (what: string, step: string) => ({ what, step });

export const problems: Words<typeof source> = {
  unknown: problem("The value breaks a rule", "Check it and enter it again."),
  codes: {
    masked_text: problem(
      "This is a masked number",
      "Enter the whole number, or show numbers before copying.",
    ),
    photo_missing: problem("The service does not have this photo", "Set the photo again."),
    photo_not_jpeg: problem("The service cannot read this photo", "Set the photo again."),
    photo_carries_more: problem("The photo carries more than a picture", "Set the photo again."),
    photo_odd_size: problem("The photo's size is odd", "Set the photo again."),
    photo_too_large: problem("The photo is too large", "Set the photo again."),
    photo_hash_differs: problem("The photo was damaged on its way", "Set the photo again."),
    photo_quota: problem(
      "The organisation's room for photos at the service is full",
      "Ask the operator for more, then set the photo again.",
    ),
    required_missing: problem("Must not be empty", "Fill it in."),
    text_too_long: problem("The text is too long", "Shorten it."),
    control_character: problem("Holds an invisible control character", "Delete it and type the text again."),
    character_damaged: problem(
      "Holds a damaged character (�)",
      "The file's encoding may be wrong; open it with another one.",
    ),
    name_too_long: problem("The name has more than 50 characters", "Check the name on the document."),
    name_without_letters: problem("The name has no letters", "Enter the name as on the document."),
    department_name_separator: problem(
      "The department's name holds / or >",
      "These divide levels; leave them out.",
    ),
    phone_malformed: problem(
      "Not a phone number",
      "Enter 11 digits, or a number with its country code such as +852…",
    ),
    phone_landline: problem(
      "This is a fixed line",
      "Invitations and checks need a mobile number; enter one of those.",
    ),
    number_masked: problem("The number is masked with asterisks", "Get the full number."),
    number_spoiled: problem(
      "A spreadsheet cut the number short",
      "Format the column as text and enter it again from the source.",
    ),
    card_number_characters: problem(
      "The number holds characters that cannot be used",
      "Use letters, digits and - _ . / only.",
    ),
    card_number_too_long: problem("The number is too long", "Shorten it."),
    date_malformed: problem("Not a date", "Enter it as 2013-08-04."),
    date_out_of_range: problem("The date is out of range", "The year must lie between 1800 and 2200."),
    birth_date_in_future: problem("Born after today", "Check the year."),
    validity_reversed: problem("Valid until lies before valid from", "Change one of the two dates."),
    number_malformed: problem("Not a number", "Enter digits only."),
    number_out_of_range: problem("The number is out of range", "Check it and enter it again."),
    choice_unknown: problem("Not one of the choices", "Choose one from the list."),
    email_malformed: problem("Not an email address", "Enter an address like name@example.com."),
    reference_malformed: problem("The record it points to is wrong", "Choose it again."),
    hex_malformed: problem("The value is malformed", "Choose or enter it again."),
    json_malformed: problem("The value is malformed", "Choose or enter it again."),
    resident_id_length: problem(
      "The resident ID has a wrong length",
      "It has 18 characters, or 15 digits if issued before 1999.",
    ),
    resident_id_characters: problem(
      "The resident ID holds characters that cannot be used",
      "17 digits, then a digit or X.",
    ),
    resident_id_checksum: problem(
      "The resident ID's check digit does not fit",
      "At least one character is wrong; compare it with the document.",
    ),
    resident_id_birth_date: problem(
      "The birth date in the resident ID does not exist",
      "Compare characters 7 to 14 with the document.",
    ),
    resident_id_born_in_future: problem(
      "The birth date in the resident ID lies after today",
      "Compare characters 7 to 14 with the document.",
    ),
    resident_id_area: problem(
      "The resident ID's area code is wrong",
      "Compare the first 6 digits with the document.",
    ),
    residence_permit_area: problem(
      "The residence permit's area code is wrong",
      "It begins with 81, 82 or 83; check it.",
    ),
    document_kind_mismatch: problem(
      "The number belongs to another kind of document",
      "Choose another kind, or check the number.",
    ),
    hong_kong_macau_permit_malformed: problem(
      "Not a Hong Kong / Macau permit number",
      "It is H or M and 8 digits (10 on older cards); check it.",
    ),
    taiwan_permit_malformed: problem("Not a Taiwan permit number", "It has 8 digits; check it."),
    foreign_permanent_resident_malformed: problem(
      "Not a foreign permanent resident ID number",
      "Compare it with the document.",
    ),
    passport_malformed: problem("Not a passport number", "Compare letters and digits with the passport."),
    resident_id_area_unknown: problem(
      "The resident ID's area code is unusual",
      "It can be saved; compare the first 6 digits with the document.",
    ),
    phone_prefix_unallocated: problem("The phone's range is unusual", "It can be saved; check the number."),
    sex_differs_from_id: problem(
      "The sex differs from the resident ID",
      "It can be saved; check the sex or the ID number.",
    ),
    birth_date_differs_from_id: problem(
      "The birth date differs from the resident ID",
      "It can be saved; check the date or the ID number.",
    ),
    document_kind_missing: problem(
      "An ID number without its kind",
      "It can be saved; choose the kind of document.",
    ),
    document_number_missing: problem(
      "A kind of document without its number",
      "It can be saved; fill in the number.",
    ),
    name_character_suspect: problem(
      "A rare character of the name may be lost",
      "It can be saved; compare the name with the document.",
    ),
    department_cycle: problem("A department cannot move below itself", "Choose another place."),
    department_too_deep: problem("The tree is too deep", "It may have 12 levels; use fewer."),
    name_taken: problem("That name is taken", "Choose another name."),
    tag_name_divider: problem("A tag's name has no commas or semicolons", "Leave them out."),
    custom_form_fixed: problem("The type cannot be changed", "Make a new field and move the contents there."),
    custom_field_in_use: problem(
      "Members have something in this field",
      "Put it away instead; the contents stay.",
    ),
    choices_malformed: problem("Choices must differ, and there must be one", "Correct the choices."),
    joined_stays: problem("Who has joined must stay", "Swap the sides, then merge."),
    department_name_taken: problem("A department of that name is there already", "Choose another name."),
    department_archived: problem(
      "The department is archived",
      "Nothing can be put into it: choose another, or restore it first.",
    ),
    in_archived_department: problem(
      "The department is archived",
      "It can stay so; move the member or restore the department when needed.",
    ),
    department_unknown: problem(
      "There is no such department",
      "Choose one from the list, or make it on the left first.",
    ),
    read_only: problem("This column is filled in by the system", "It cannot be changed directly."),
    card_number_taken: problem(
      "Another member has this number already",
      "Use another number, or look that member up.",
    ),
    value_taken: problem(
      "Another member has this value already",
      "This column allows no repeats; use another value.",
    ),
    tag_unknown: problem("There is no such tag", "Choose one from the list, or make the tag first."),
    nobody_may_confirm: problem(
      "No guardian may confirm for this minor",
      "Let at least one guardian confirm.",
    ),
    guardian_without_name: problem("The guardian has no name", "Enter the guardian's name first."),
    resident_id_spoiled_by_spreadsheet: problem(
      "A spreadsheet lost the last digits of the resident ID",
      "Format the column as text and enter it again from the source.",
    ),
    number_spoiled_by_spreadsheet: problem(
      "A spreadsheet turned the number into an exponent or lost its end",
      "Format the column as text and enter it again from the source.",
    ),
    several_phones: problem(
      "Several phone numbers in one cell",
      "The first mobile number is used, the others go into the note; please check.",
    ),
    leading_zeros_lost: problem(
      "A spreadsheet probably took the leading zeros away",
      "Agree to fill them in, or enter the whole number.",
    ),
    formula_fault: problem("The cell shows a formula's fault", "Repair the formula in the spreadsheet."),
    date_from_serial_number: problem("The date was read from a spreadsheet's number", "Check the date."),
    department_ambiguous: problem("Two departments have the same path", "Rename one of them."),
    record_id_malformed: problem(
      "Not an id of this roster",
      "The member is matched by other values; check them.",
    ),
    card_number_repeated: problem("Another row of the file has the same number", "Keep one of the rows."),
    document_number_repeated: problem(
      "Another row of the file has the same ID number",
      "Keep one of the rows.",
    ),
    member_repeated: problem("Another row of the file is about the same member", "Keep one of the rows."),
    member_ambiguous: problem("Several members fit", "Add a number or an ID number."),
    members_disagree: problem(
      "The number belongs to one member, the ID number to another",
      "Make sure who is meant.",
    ),
    card_number_of_another: problem("The number belongs to another member", "Make sure who is meant."),
    possible_duplicate: problem(
      "This person may be in the roster already",
      "Check whether it is the same person.",
    ),
    department_parent_missing: problem(
      "The number of the department above is not in the file",
      "Add the row of the department above.",
    ),
    department_number_repeated: problem("The department's number repeats", "Keep one of the rows."),
    leader_without_department: problem(
      "Said to lead a department, but the row names none for it",
      "Fill in the department, or empty this cell.",
    ),
    custom_choice_unknown: problem(
      "Not one of the field's choices",
      "Use one of its choices, or add this one to them.",
    ),
    custom_value_repeated: problem(
      "Another row of the file has the same value, and the field allows no repeats",
      "Correct one of the rows.",
    ),
    custom_value_missing: problem("A required field is empty", "It can be imported and filled in later."),
    too_many_tags: problem("Too many tags; 200 at the most", "Check whether the column really holds tags."),
  },
  remedies: {
    enter_again_as_text: "Format the column as text and enter it again from the source",
    restore_zeros: "Agree to fill in the zeros, or enter the whole number",
    fill_in: "Fill it in",
    correct: "Correct it",
    shorten: "Shorten it",
    use_known_word: "Use one of the known words",
    add_choice: "Use one of its choices, or add this one",
    get_full_number: "Get the number without asterisks",
    repair_formula: "Repair the formula in the spreadsheet",
    reopen_with_other_encoding: "Open the file again with another encoding",
    remove_one_row: "Keep one of the rows",
    add_number: "Add a number or an ID number",
    check_person: "Make sure who is meant",
    check_value: "Check the value",
    rename_department: "Rename the department",
  },
};
