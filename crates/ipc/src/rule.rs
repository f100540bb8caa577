//! Words for what is wrong with a value and what to do about it, by the codes of the rules: one list for the window and
//! the command line.

use std::collections::BTreeMap;

/// A text in Chinese and in English.
pub type Words = (&'static str, &'static str);

/// A code with what is wrong and the step to take.
pub type Rule = (&'static str, Words, Words);

/// The words for a rule's code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|(known, ..)| *known == code)
}

/// The words for the remedy that an import names.
pub fn remedy(code: &str) -> Option<Words> {
    REMEDIES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// `ui/src/generated/rules.ts`.
pub(crate) fn typescript(mark: &str) -> String {
    let in_both = |entries: &dyn Fn(bool) -> BTreeMap<&'static str, String>| {
        let object = |is_chinese| {
            let lines = entries(is_chinese).into_iter().map(|(code, text)| format!("    {code}: {text},\n"));
            lines.collect::<String>()
        };
        format!("{{\n  zh: {{\n{}  }},\n  en: {{\n{}  }},\n}};\n", object(true), object(false))
    };
    let of = |(chinese, english): Words, is_chinese| if is_chinese { chinese } else { english };
    let rules = in_both(&|is_chinese| {
        let words = |(code, what, step): &Rule| {
            (*code, format!("{{ what: {:?}, step: {:?} }}", of(*what, is_chinese), of(*step, is_chinese)))
        };
        RULES.iter().map(words).collect()
    });
    let remedies = in_both(&|is_chinese| {
        REMEDIES.iter().map(|(code, words)| (*code, format!("{:?}", of(*words, is_chinese)))).collect()
    });
    format!(
        "{mark}/** What is wrong with a value and what to do about it, by the code of the rule. */\n\
         export const ruleWords = {rules}\n\
         /** The step alone, by the remedy that an import names. */\n\
         export const remedyWords = {remedies}"
    )
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    ("masked_text", ("这是遮盖后的号码", "This is a masked number"), ("请填写完整号码，或先显示完整号码再复制。", "Enter the whole number, or show numbers before copying.")),
    ("photo_missing", ("服务上没有这张照片", "The service does not have this photo"), ("请重新设置照片。", "Set the photo again.")),
    ("photo_not_jpeg", ("服务认不出这张照片", "The service cannot read this photo"), ("请重新设置照片。", "Set the photo again.")),
    ("photo_carries_more", ("照片里带有图像以外的内容", "The photo carries more than a picture"), ("请重新设置照片。", "Set the photo again.")),
    ("photo_odd_size", ("照片尺寸不对", "The photo's size is odd"), ("请重新设置照片。", "Set the photo again.")),
    ("photo_too_large", ("照片太大", "The photo is too large"), ("请重新设置照片。", "Set the photo again.")),
    ("photo_hash_differs", ("照片在途中损坏", "The photo was damaged on its way"), ("请重新设置照片。", "Set the photo again.")),
    ("only_reads", ("您的账号只能查看名册", "Your account may only look at the roster"), ("请组织的所有者或运营方更改角色，或放弃这处修改。", "Ask the organisation's owner or the operator for another role, or give the edit up.")),
    ("out_of_scope", ("这条记录或它要去的部门不在您负责的部门之内", "The record, or the place it should go to, is outside your departments"), ("请负责该部门的管理员来做，或放弃这处修改。", "Ask an administrator of that department to do it, or give the edit up.")),
    ("only_prints", ("您的账号只能制作和发放邀请", "Your account may only make and hand out invitations"), ("请组织里的其他管理员来做，或放弃这处修改。", "Ask another administrator of the organisation to do it, or give the edit up.")),
    ("class_lowered", ("没有查看个人信息的权限，不能把字段改为“不是个人信息”", "Without the right to see what is personal a field cannot be made not personal"), ("请由有这项权限的管理员来改，或放弃这处修改。", "Let an administrator with that right do it, or give the edit up.")),
    ("photo_quota", ("组织在服务上的照片空间已满", "The organisation's room for photos at the service is full"), ("请联系运营方扩大空间，再重新设置照片。", "Ask the operator for more, then set the photo again.")),
    ("required_missing", ("必填项为空", "Must not be empty"), ("请填写内容。", "Fill it in.")),
    ("text_too_long", ("文字太长", "The text is too long"), ("请缩短后再保存。", "Shorten it.")),
    ("control_character", ("含有看不见的控制字符", "Holds an invisible control character"), ("请删除后手工重新输入。", "Delete it and type the text again.")),
    ("character_damaged", ("含有损坏的字符（�）", "Holds a damaged character (�)"), ("原文件的编码可能不对，请换一种编码重新打开。", "The file's encoding may be wrong; open it with another one.")),
    ("name_too_long", ("姓名超过 50 个字符", "The name has more than 50 characters"), ("请核对证件上的姓名。", "Check the name on the document.")),
    ("name_without_letters", ("姓名里没有文字", "The name has no letters"), ("请填写证件上的姓名。", "Enter the name as on the document.")),
    ("department_name_separator", ("部门名称里有 / 或 >", "The department's name holds / or >"), ("这两个符号用来分隔上下级，请去掉。", "These divide levels; leave them out.")),
    ("phone_malformed", ("电话号码格式不对", "Not a phone number"), ("请输入 11 位手机号，或带国家代码的号码，如 +852…", "Enter 11 digits, or a number with its country code such as +852…")),
    ("phone_landline", ("这是固定电话", "This is a fixed line"), ("邀请和核验需要手机号，请改填手机号。", "Invitations and checks need a mobile number; enter one of those.")),
    ("number_masked", ("号码带有星号", "The number is masked with asterisks"), ("这是遮盖过的号码，请取得完整号码。", "Get the full number.")),
    ("number_spoiled", ("号码被电子表格截断", "A spreadsheet cut the number short"), ("请把该列设为文本，从原始资料重新输入。", "Format the column as text and enter it again from the source.")),
    ("card_number_characters", ("学号 / 工号含有不能使用的字符", "The number holds characters that cannot be used"), ("请只用字母、数字和 - _ . /。", "Use letters, digits and - _ . / only.")),
    ("card_number_too_long", ("学号 / 工号太长", "The number is too long"), ("请缩短后再保存。", "Shorten it.")),
    ("chip_number_characters", ("芯片号含有不能使用的字符", "The chip number holds characters that cannot be used"), ("请照读卡器显示的输入：只有数字和 A 到 F；几个号用分号隔开。", "Enter it as the reader shows it: digits and A to F only; part several with semicolons.")),
    ("chip_number_length", ("芯片号的位数不对", "The chip number has a wrong length"), ("应为 4 到 25 位，请再读一次卡。", "It has 4 to 25 characters; read the card again.")),
    ("chip_numbers_too_many", ("一位成员最多 8 个芯片号", "A member can have 8 chip numbers"), ("请去掉不再使用的。", "Leave out those no longer in use.")),
    ("date_malformed", ("不是有效的日期", "Not a date"), ("请按 2013-08-04 的格式输入。", "Enter it as 2013-08-04.")),
    ("date_out_of_range", ("日期超出范围", "The date is out of range"), ("年份应在 1800 到 2200 之间。", "The year must lie between 1800 and 2200.")),
    ("birth_date_in_future", ("出生日期在今天之后", "Born after today"), ("请核对年份。", "Check the year.")),
    ("validity_reversed", ("有效期止早于有效期起", "Valid until lies before valid from"), ("请调整其中一个日期。", "Change one of the two dates.")),
    ("number_malformed", ("不是数字", "Not a number"), ("请只输入数字。", "Enter digits only.")),
    ("number_out_of_range", ("数字超出范围", "The number is out of range"), ("请核对后重新输入。", "Check it and enter it again.")),
    ("last_printer", ("这是最后一台打印机的设置", "These are the settings of the last printer"), ("请直接修改它。", "Change them instead.")),
    ("too_many_printers", ("记住的打印机太多了", "Too many printers are remembered"), ("请先删除不用的。", "Remove those that are no longer used.")),
    ("other_paper", ("签收表放不进这种纸", "The list is for other paper"), ("请不加签收表，或另选「签收表」版式打印在 A4 纸上。", "Leave the list out, or print the tick list's own layout on A4.")),
    ("choice_unknown", ("不是可选的内容", "Not one of the choices"), ("请从列表里选一项。", "Choose one from the list.")),
    ("email_malformed", ("邮箱格式不对", "Not an email address"), ("请输入形如 name@example.com 的地址。", "Enter an address like name@example.com.")),
    ("reference_malformed", ("引用的记录不对", "The record it points to is wrong"), ("请重新选择。", "Choose it again.")),
    ("hex_malformed", ("内容格式不对", "The value is malformed"), ("请重新选择或输入。", "Choose or enter it again.")),
    ("json_malformed", ("内容格式不对", "The value is malformed"), ("请重新选择或输入。", "Choose or enter it again.")),
    ("resident_id_length", ("身份证号位数不对", "The resident ID has a wrong length"), ("应为 18 位；1999 年以前发的为 15 位。", "It has 18 characters, or 15 digits if issued before 1999.")),
    ("resident_id_characters", ("身份证号含有不能使用的字符", "The resident ID holds characters that cannot be used"), ("前 17 位是数字，最后一位是数字或 X。", "17 digits, then a digit or X.")),
    ("resident_id_checksum", ("身份证号校验位不符", "The resident ID's check digit does not fit"), ("至少有一位输错，请对照证件核对。", "At least one character is wrong; compare it with the document.")),
    ("resident_id_birth_date", ("身份证号里的出生日期不存在", "The birth date in the resident ID does not exist"), ("请对照证件核对第 7 到 14 位。", "Compare characters 7 to 14 with the document.")),
    ("resident_id_born_in_future", ("身份证号里的出生日期在今天之后", "The birth date in the resident ID lies after today"), ("请对照证件核对第 7 到 14 位。", "Compare characters 7 to 14 with the document.")),
    ("resident_id_area", ("身份证号的地区码不对", "The resident ID's area code is wrong"), ("请对照证件核对前 6 位。", "Compare the first 6 digits with the document.")),
    ("residence_permit_area", ("居住证的地区码不对", "The residence permit's area code is wrong"), ("港澳台居民居住证以 81、82 或 83 开头，请核对。", "It begins with 81, 82 or 83; check it.")),
    ("document_kind_mismatch", ("证件类型与号码不符", "The number belongs to another kind of document"), ("请改选证件类型，或核对号码。", "Choose another kind, or check the number.")),
    ("hong_kong_macau_permit_malformed", ("港澳居民来往内地通行证号码不对", "Not a Hong Kong / Macau permit number"), ("应为 H 或 M 加 8 位数字（旧证 10 位），请核对。", "It is H or M and 8 digits (10 on older cards); check it.")),
    ("taiwan_permit_malformed", ("台湾居民来往大陆通行证号码不对", "Not a Taiwan permit number"), ("应为 8 位数字，请核对。", "It has 8 digits; check it.")),
    ("foreign_permanent_resident_malformed", ("外国人永久居留身份证号码不对", "Not a foreign permanent resident ID number"), ("请对照证件核对。", "Compare it with the document.")),
    ("passport_malformed", ("护照号码不对", "Not a passport number"), ("请对照护照核对字母和数字。", "Compare letters and digits with the passport.")),
    ("resident_id_area_unknown", ("身份证号的地区码不常见", "The resident ID's area code is unusual"), ("可以保存；请对照证件核对前 6 位。", "It can be saved; compare the first 6 digits with the document.")),
    ("phone_prefix_unallocated", ("这个号段不常见", "The phone's range is unusual"), ("可以保存；请核对手机号。", "It can be saved; check the number.")),
    ("sex_differs_from_id", ("性别与身份证号不一致", "The sex differs from the resident ID"), ("可以保存；请核对性别或证件号码。", "It can be saved; check the sex or the ID number.")),
    ("birth_date_differs_from_id", ("出生日期与身份证号不一致", "The birth date differs from the resident ID"), ("可以保存；请核对日期或证件号码。", "It can be saved; check the date or the ID number.")),
    ("document_kind_missing", ("填了证件号码，没有选证件类型", "An ID number without its kind"), ("可以保存；请选择证件类型。", "It can be saved; choose the kind of document.")),
    ("document_number_missing", ("选了证件类型，没有填证件号码", "A kind of document without its number"), ("可以保存；请补填号码。", "It can be saved; fill in the number.")),
    ("name_character_suspect", ("姓名里可能有丢失的生僻字", "A rare character of the name may be lost"), ("可以保存；请对照证件补上原来的字。", "It can be saved; compare the name with the document.")),
    ("department_cycle", ("部门不能移到自己的下级", "A department cannot move below itself"), ("请选择别的上级。", "Choose another place.")),
    ("department_too_deep", ("部门层级太深", "The tree is too deep"), ("最多 12 级，请减少层级。", "It may have 12 levels; use fewer.")),
    ("name_taken", ("已有同名的", "That name is taken"), ("请换一个名称。", "Choose another name.")),
    ("tag_name_divider", ("标签名里不能有顿号、逗号或分号", "A tag's name has no commas or semicolons"), ("请去掉它。", "Leave them out.")),
    ("custom_form_fixed", ("类型不能更改", "The type cannot be changed"), ("请新建一个字段，把内容移过去。", "Make a new field and move the contents there.")),
    ("custom_field_in_use", ("还有成员填了这个字段", "Members have something in this field"), ("可以停用它，内容会保留。", "Put it away instead; the contents stay.")),
    ("choices_malformed", ("选项不能重复，至少要有一个", "Choices must differ, and there must be one"), ("请改正选项。", "Correct the choices.")),
    ("joined_stays", ("已加入的成员要保留", "Who has joined must stay"), ("请左右互换后再合并。", "Swap the sides, then merge.")),
    ("department_name_taken", ("同级已有同名部门", "A department of that name is there already"), ("请换一个名称。", "Choose another name.")),
    ("department_archived", ("部门已归档", "The department is archived"), ("不能放入成员或部门，请选别的部门，或先恢复它。", "Nothing can be put into it: choose another, or restore it first.")),
    ("in_archived_department", ("所在部门已归档", "The department is archived"), ("可以保留；需要时移到其他部门，或恢复那个部门。", "It can stay so; move the member or restore the department when needed.")),
    ("department_unknown", ("没有这个部门", "There is no such department"), ("请从列表里选，或先在左侧新建部门。", "Choose one from the list, or make it on the left first.")),
    ("read_only", ("这一列由系统填写", "This column is filled in by the system"), ("不能直接修改。", "It cannot be changed directly.")),
    ("card_number_taken", ("学号 / 工号已被另一位成员使用", "Another member has this number already"), ("请改用另一个，或查找那位成员。", "Use another number, or look that member up.")),
    ("value_taken", ("这个内容已被另一位成员使用", "Another member has this value already"), ("这一列不能重复，请改用其他内容。", "This column allows no repeats; use another value.")),
    ("tag_unknown", ("没有这个标签", "There is no such tag"), ("请从列表里选，或先新建标签。", "Choose one from the list, or make the tag first.")),
    ("nobody_may_confirm", ("未成年人没有可以确认的监护人", "No guardian may confirm for this minor"), ("请至少让一位监护人可以确认。", "Let at least one guardian confirm.")),
    ("guardian_without_name", ("监护人没有姓名", "The guardian has no name"), ("请先填写监护人姓名。", "Enter the guardian's name first.")),
    ("resident_id_spoiled_by_spreadsheet", ("身份证号被电子表格改坏，后几位已丢失", "A spreadsheet lost the last digits of the resident ID"), ("请把该列设为文本，从原始资料重新输入。", "Format the column as text and enter it again from the source.")),
    ("number_spoiled_by_spreadsheet", ("号码被电子表格改成了科学计数或丢了尾数", "A spreadsheet turned the number into an exponent or lost its end"), ("请把该列设为文本，从原始资料重新输入。", "Format the column as text and enter it again from the source.")),
    ("several_phones", ("一格里有几个电话", "Several phone numbers in one cell"), ("已取第一个手机号，其余记在备注里，请核对。", "The first mobile number is used, the others go into the note; please check.")),
    ("leading_zeros_lost", ("开头的 0 可能被电子表格去掉了", "A spreadsheet probably took the leading zeros away"), ("请确认补零，或重新输入完整编号。", "Agree to fill them in, or enter the whole number.")),
    ("formula_fault", ("单元格是公式错误", "The cell shows a formula's fault"), ("请在电子表格里修好公式。", "Repair the formula in the spreadsheet.")),
    ("date_from_serial_number", ("日期由电子表格的序列数换算", "The date was read from a spreadsheet's number"), ("请核对日期。", "Check the date.")),
    ("department_ambiguous", ("有几个部门都符合这个路径", "Several departments fit this path"), ("写出完整的路径，或给同路径的部门改名。", "Write the whole path, or rename one of those with the same path.")),
    ("record_id_malformed", ("不是名册的编号", "Not an id of this roster"), ("将按其他内容匹配成员，请核对。", "The member is matched by other values; check them.")),
    ("card_number_repeated", ("文件里另一行有相同的学号 / 工号", "Another row of the file has the same number"), ("请保留其中一行。", "Keep one of the rows.")),
    ("document_number_repeated", ("文件里另一行有相同的证件号码", "Another row of the file has the same ID number"), ("请保留其中一行。", "Keep one of the rows.")),
    ("member_repeated", ("文件里另一行是同一位成员", "Another row of the file is about the same member"), ("请保留其中一行。", "Keep one of the rows.")),
    ("member_ambiguous", ("有几位成员都符合", "Several members fit"), ("请补上学号 / 工号或证件号码。", "Add a number or an ID number.")),
    ("member_unknown", ("名册上没有这个标识的人", "Nobody on the roster has this id"), ("请先导入对方系统的完整包，并保留 sourcedId 这一列。", "Import the other system's whole package first, and keep its sourcedId column.")),
    ("members_disagree", ("学号 / 工号和证件号码分别属于两位成员", "The number belongs to one member, the ID number to another"), ("请核对是哪一位。", "Make sure who is meant.")),
    ("card_number_of_another", ("这个学号 / 工号属于另一位成员", "The number belongs to another member"), ("请核对是哪一位。", "Make sure who is meant.")),
    ("possible_duplicate", ("名册里可能已有这个人", "This person may be in the roster already"), ("请核对是否同一个人。", "Check whether it is the same person.")),
    ("department_parent_missing", ("文件里没有上级部门的编号", "The number of the department above is not in the file"), ("请补上上级部门那一行。", "Add the row of the department above.")),
    ("department_number_repeated", ("部门编号重复", "The department's number repeats"), ("请保留其中一行。", "Keep one of the rows.")),
    ("leader_without_department", ("写了是负责人，但这一行没有对应的部门", "Said to lead a department, but the row names none for it"), ("请填写部门，或清空这一格。", "Fill in the department, or empty this cell.")),
    ("custom_choice_unknown", ("不是这个字段的选项", "Not one of the field's choices"), ("改用已有的选项，或把它加为选项。", "Use one of its choices, or add this one to them.")),
    ("custom_value_repeated", ("文件里另一行有相同的内容，而这个字段不能重复", "Another row of the file has the same value, and the field allows no repeats"), ("请改正其中一行。", "Correct one of the rows.")),
    ("custom_value_missing", ("必填的字段还空着", "A required field is empty"), ("可以先导入，之后补上。", "It can be imported and filled in later.")),
    ("too_many_tags", ("标签太多，最多 200 个", "Too many tags; 200 at the most"), ("请检查这一列是否真是标签。", "Check whether the column really holds tags.")),
];

#[rustfmt::skip]
const REMEDIES: &[(&str, Words)] = &[
    ("enter_again_as_text", ("把该列设为文本格式，从原始资料重新输入", "Format the column as text and enter it again from the source")),
    ("restore_zeros", ("同意补零，或输入带 0 的完整编号", "Agree to fill in the zeros, or enter the whole number")),
    ("fill_in", ("填写内容", "Fill it in")),
    ("correct", ("改正内容", "Correct it")),
    ("shorten", ("缩短内容", "Shorten it")),
    ("use_known_word", ("改用可选的词", "Use one of the known words")),
    ("add_choice", ("改用已有的选项，或加为选项", "Use one of its choices, or add this one")),
    ("get_full_number", ("取得没有星号的完整号码", "Get the number without asterisks")),
    ("repair_formula", ("在电子表格里修好公式", "Repair the formula in the spreadsheet")),
    ("reopen_with_other_encoding", ("换一种编码重新打开文件", "Open the file again with another encoding")),
    ("remove_one_row", ("只保留其中一行", "Keep one of the rows")),
    ("add_number", ("补上学号 / 工号或证件号码", "Add a number or an ID number")),
    ("check_person", ("核对是哪一位", "Make sure who is meant")),
    ("check_value", ("核对内容", "Check the value")),
    ("rename_department", ("给部门改名", "Rename the department")),
    ("create_department", ("先新建这个部门，或去掉 --keep-departments", "make the department first, or leave out --keep-departments")),
];
