//! Error codes: a closed list. Words and next steps live in the UI (`ui/src/failure`) and in the command line.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $chinese:literal $english:literal $chinese_step:literal $english_step:literal;)*) => {
        /// Why a call failed. Codes are never reused.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, TS)]
        pub enum Code { $($(#[$doc])* #[serde(rename = $code)] $name),* }
        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),*];
            pub fn code(self) -> &'static str {
                match self { $(Code::$name => $code),* }
            }
            /// What happened, in Chinese and English.
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $(Code::$name => ($chinese, $english)),* }
            }
            /// The one thing to do next, in Chinese and English.
            pub fn next_step(self) -> (&'static str, &'static str) {
                match self { $(Code::$name => ($chinese_step, $english_step)),* }
            }
        }
    };
}

codes! {
    KeyringMissing "keyring_missing" "这台电脑上没有可用的系统钥匙串。" "No system keyring answers on this computer." "启用系统钥匙串后重试；数据不会以明文保存。" "Turn the system keyring on and try again; nothing is stored in clear.";
    KeyringLocked "keyring_locked" "系统钥匙串已锁定。" "The system keyring is locked." "解锁钥匙串后重试。" "Unlock the keyring and try again.";
    KeyringFailed "keyring_failed" "系统钥匙串没有接受请求。" "The system keyring refused the request." "请检查钥匙串设置后重试。" "Check the keyring's settings and try again.";
    KeyMissing "key_missing" "找不到这份名册的密钥。" "The key of this roster cannot be found." "请用原来的系统用户登录，或重新登录服务以重建名册。" "Use the system account it was made with, or sign in again to rebuild the roster.";
    KeyFileUnusable "key_file_unusable" "密钥文件无法使用。" "The key file cannot be used." "检查它是否存在、是否只有您能读取、是否属于这个文件夹。" "Check that it exists, that only you can read it and that it belongs to this home.";
    InUse "in_use" "这份名册已在另一个窗口或程序中打开。" "This roster is open in another window or program." "关闭另一个程序后重试。" "Close the other program and try again.";
    NotARoster "not_a_roster" "这个文件不是名册数据，或密钥不符。" "The file is not a roster, or the key does not fit." "可将它移到一旁并从服务重建。" "It can be set aside and rebuilt from the service.";
    Damaged "damaged" "名册数据已损坏。" "The roster file is damaged." "原文件会保留；请从服务重建。" "The file is kept; rebuild it from the service.";
    NewerSchema "newer_schema" "名册由更新版本的名册程序保存。" "The roster was saved by a newer Mingce." "请升级后再打开。" "Update Mingce, then open it.";
    DiskFull "disk_full" "磁盘空间不足，修改没有保存。" "The disk is full; the change was not saved." "释放空间后重试。" "Free some space and try again.";
    FileFailed "file_failed" "无法读取或写入文件。" "The file could not be read or written." "检查文件是否被占用、文件夹是否可写。" "Check that the file is not in use and the folder can be written.";
    NoProfile "no_profile" "还没有打开名册。" "No roster is open." "请先新建组织或登录。" "Create an organisation or sign in first.";
    ProfileExists "profile_exists" "这个文件夹里已有该组织的名册。" "This folder already holds a roster of that organisation." "直接打开它即可。" "Open that one instead.";
    NotFound "not_found" "找不到所指的记录。" "The record was not found." "它可能已被移除，刷新后再试。" "It may have been removed; refresh and try again.";
    Ambiguous "ambiguous" "不止一条记录符合。" "More than one record fits." "请改用编号。" "Use its id.";
    Stale "stale" "内容已被更新，修改没有保存。" "The record has changed since; the edit was not saved." "请查看新内容后再改。" "Look at the new value and edit again.";
    Invalid "invalid" "内容不符合规则。" "The value breaks a rule." "按提示改正。" "Correct it as the note says.";
    Duplicate "duplicate" "这个学号 / 工号已被另一位成员使用。" "Another member has this number already." "改用另一个，或查看那位成员。" "Use another number, or look at that member.";
    DepartmentNotEmpty "department_not_empty" "部门里还有成员或下级部门。" "The department still has members or departments." "先为他们选一个去处。" "Choose a new home for them first.";
    DepartmentCycle "department_cycle" "部门不能移到自己的下级中。" "A department cannot move below itself." "选择其他上级部门。" "Choose another parent.";
    DepartmentExists "department_exists" "同一上级下已有同名部门。" "A department of that name exists there." "换一个名称。" "Choose another name.";
    DepartmentTooDeep "department_too_deep" "部门最多 12 级，这里放不下。" "A tree has 12 levels at the most; there is no room here." "选择更靠上的上级部门。" "Choose a parent further up.";
    DepartmentArchived "department_archived" "部门已归档，不能再放入成员或部门。" "The department is archived: nothing can be put into it." "先恢复它，或选择其他部门。" "Restore it first, or choose another.";
    DepartmentExistsArchived "department_exists_archived" "同一上级下有同名的已归档部门。" "An archived department has that name there." "恢复它，给它改名，或换一个名称。" "Restore or rename that one, or choose another name.";
    NothingToUndo "nothing_to_undo" "没有可以撤销的操作。" "There is nothing to undo." "继续编辑即可。" "Go on editing.";
    NothingToRedo "nothing_to_redo" "没有可以重做的操作。" "There is nothing to redo." "继续编辑即可。" "Go on editing.";
    AlreadySettled "already_settled" "这处冲突已经有人处理了。" "The conflict has been settled already." "看看现在的值；要改就直接编辑。" "Look at the value that holds now; to change it, edit it.";
    Offline "offline" "连不上服务。" "The service cannot be reached." "可以继续离线工作；联网后会自动同步。" "Go on working; it syncs by itself when the network is back.";
    Untrusted "untrusted" "服务的证书不可信。" "The service's certificate is not trusted." "请向运营方核对地址和证书。" "Check the address and certificate with the operator.";
    Unencrypted "unencrypted" "http:// 地址在公网上不加密。" "An http:// address is not encrypted across the public network." "请改用 https:// 开头的地址。" "Use the address that begins with https://.";
    NotMingce "not_mingce" "这个地址不是名册服务。" "There is no Mingce service at this address." "检查服务地址。" "Check the address.";
    WrongCredentials "wrong_credentials" "手机号或密码不对。" "The phone or the password is wrong." "重新输入；多次失败会暂停一段时间。" "Try again; too many failures pause sign-in.";
    CodeNeeded "code_needed" "这个账号使用两步验证。" "The account has a second factor." "输入验证器上的六位数字，或一个恢复码。" "Enter the six digits of the authenticator, or a recovery code.";
    CodeWrong "code_wrong" "验证码不对，或已经用过。" "The code is wrong or was used before." "等验证器显示下一个，再输入；也可以用恢复码。" "Wait for the authenticator's next one and enter that; a recovery code will do, too.";
    Locked "locked" "这台电脑已被注销，名册已锁定。" "This computer was signed out from elsewhere; the roster is locked." "重新登录即可解锁；没有同步的修改都还在，并且是加密的。" "Sign in again to unlock it; unsynced edits are kept, encrypted.";
    PasswordWeak "password_weak" "这个密码不能用：太短、太长，或人人都会先试它。" "The password cannot be used: too short, too long, or among the first anybody tries." "用至少 8 个字符，比如一句只有您知道的话。" "Use at least 8 characters, such as a sentence of your own.";
    LastOwner "last_owner" "这是组织唯一的所有者。" "This is the organisation's only owner." "先让另一位管理员成为所有者。" "Make another administrator an owner first.";
    PrintingFixed "printing_fixed" "打印员与其他角色之间不能互换：电脑上的名册内容不同。" "Printing cannot be changed into another role, nor another into it: their computers hold different rosters." "请邀请这位同事用另一个账号担任新角色。" "Invite the person with another account for the new role.";
    AdministratorKnown "administrator_known" "这个手机号已经是组织的管理员。" "This phone is an administrator of the organisation already." "在列表里更改角色即可。" "Change the role in the list instead.";
    InOtherOrganisations "in_other_organisations" "这个账号还管理其他组织，不能从这里重设密码。" "The account manages other organisations, too; its password cannot be reset from here." "请本人联系服务的运营方。" "Let the person ask the operator of the service.";
    SignInNeeded "sign_in_needed" "需要重新登录服务。" "Signing in again is needed." "输入密码重新登录；未同步的修改都还在。" "Enter the password; unsynced edits are kept.";
    AccountExists "account_exists" "这个手机号已有账号。" "The phone has an account already." "请改为登录。" "Sign in instead.";
    Forbidden "forbidden" "没有权限。" "You have no right to this." "请联系组织的管理员。" "Ask the organisation's administrator.";
    RevealForbidden "reveal_forbidden" "没有查看完整号码的权限。" "You have no right to see whole numbers." "请向组织的所有者或运营方申请；可以导出遮盖后的号码。" "Ask the organisation's owner or the operator for it; masked numbers can be exported.";
    OnlyReads "only_reads" "您的账号只能查看名册，不能修改。" "Your account may look at the roster and change nothing." "需要修改时，请组织的所有者或运营方更改角色。" "To change something, ask the organisation's owner or the operator for another role.";
    OnlyPrints "only_prints" "您的账号只能制作、打印和发放邀请。" "Your account may make, print and hand out invitations only." "其他修改请组织里的其他管理员来做。" "Ask another administrator of the organisation for other changes.";
    TooMany "too_many" "尝试次数太多。" "Too many tries." "稍后再试。" "Try again later.";
    ServiceFailed "service_failed" "服务出了问题，什么都没有丢失。" "The service failed; nothing was lost." "稍后再试，或联系运营方。" "Try again later or tell the operator.";
    UpgradeNeeded "upgrade_needed" "程序版本过旧，服务不再接受。" "This Mingce is too old for the service." "请升级；离线编辑和导出仍可使用。" "Update it; editing offline and export still work.";
    FileUnreadable "file_unreadable" "无法识别这个文件。" "The file could not be understood." "请另存为 XLSX 或 CSV 后再试。" "Save it as XLSX or CSV and try again.";
    FileEncrypted "file_encrypted" "工作簿有密码保护。" "The workbook is protected by a password." "在 Excel 中去掉密码后再导入。" "Remove the password in Excel, then import.";
    FileTooLarge "file_too_large" "文件太大，超出安全限度。" "The file is larger than is safe." "拆分后分次导入。" "Split it and import the parts.";
    PhotoUnreadable "photo_unreadable" "无法识别这张照片。" "The picture could not be understood." "换一张，或用照片程序另存为 JPEG 后再试。" "Take another, or save it as JPEG in a photo program and try again.";
    PhotoUnsupported "photo_unsupported" "不支持这种照片格式；可以用 JPEG、PNG 和 WebP。" "Pictures of this format cannot be used; JPEG, PNG and WebP can." "HEIC 照片请先另存为 JPEG；iPhone 可在 设置 - 相机 - 格式 中选“兼容性最佳”。" "Save a HEIC picture as JPEG first; on an iPhone choose Settings, Camera, Formats, Most Compatible.";
    PhotoTooLarge "photo_too_large" "照片太大，超出安全限度。" "The picture is larger than is safe." "缩小到 30 MB、5000 万像素以内后再试。" "Make it smaller than 30 MB and 50 megapixels and try again.";
    PhotoTooSmall "photo_too_small" "照片太小，看不清人脸。" "The picture is too small to show a face." "换一张至少 60 像素宽的照片。" "Take one that is at least 60 pixels wide.";
    SheetMissing "sheet_missing" "找不到这个工作表。" "There is no such sheet." "选择列出的工作表。" "Choose one of those listed.";
    NoHeader "no_header" "没有找到标题行。" "No header row was found." "请确保有一行写着姓名、学号等标题，或指明标题在第几行。" "Make sure that one row holds headings such as name and number, or say which row it is.";
    MappingIncomplete "mapping_incomplete" "没有任何一列对应到姓名。" "No column is mapped to the name." "为姓名选择一列。" "Choose the column that holds the name.";
    ImportGone "import_gone" "导入已关闭。" "The import was closed." "请重新打开文件。" "Open the file again.";
    PlanChanged "plan_changed" "预览刚刚重新核对过，行的位置变了。" "The preview was just checked anew, and rows have moved." "看过现在的预览，再操作一次。" "Look at the preview as it is now and do it again.";
    MassLeaving "mass_leaving" "文件里缺的人太多，可能只是名册的一部分。" "So many are missing from the file that it may be only a part." "核对后输入将离开的人数，再导入。" "Check, enter how many leave, and import again.";
    NothingToldYet "nothing_told_yet" "还没有给这个接收方导出过完整的 OneRoster 包。" "No whole OneRoster package was made for this receiver yet." "先导出一次完整的包，以后再导出变动。" "Export the whole roster to them once; after that, what changed.";
    ChangesNotTellable "changes_not_tellable" "无法从上次的包接着导出变动：版本或遮盖方式不同，或这台电脑没有那么早的记录。" "What changed cannot be told on from the last package: it has another version or masking, or this computer does not know the roster of so long ago." "按上次的版本和遮盖方式导出，选较晚的时间，或重新导出完整的包。" "Choose the version and masking of the last one or a later moment, or export the whole roster again.";
    Cancelled "cancelled" "已取消，什么都没有改变。" "Cancelled; nothing was changed." "可以随时重来。" "Start again whenever you like.";
    NothingToPrint "nothing_to_print" "没有可以打印的邀请。" "There are no invitations to print." "先为成员生成邀请。" "Make invitations first.";
    InvitationElsewhere "invitation_elsewhere" "这张邀请码是在另一台电脑上生成的。" "The code was made on another computer." "在那台电脑上打印，或重新生成。" "Print it there, or make a new one here.";
    LayoutUnusable "layout_unusable" "这个版式文件不能用。" "The layout file cannot be used." "按提示的位置修改文件，再读入一次。" "Mend the file at the place told and read it again.";
    CodeDoesNotFit "code_does_not_fit" "二维码放不进这个版式。" "A code does not fit the layout." "换大一些的标签，或请运营方缩短服务的网址。" "Choose a larger label, or ask the operator for a shorter address.";
    CodeUnreadable "code_unreadable" "有一张二维码读不回来，因此没有输出文件。" "A code did not read back, so no file was made." "检查打印机校准是否把标签移出了纸张，或换一个版式。" "See whether the printer's calibration moves labels off the paper, or choose another layout.";
    CannotOpen "cannot_open" "无法打开系统程序。" "The system program could not be opened." "请先保存文件，再自行打开。" "Save the file and open it yourself.";
    Malformed "malformed" "请求的内容不正确。" "The request was not understood." "检查参数。" "Check the arguments.";
    Internal "internal" "程序内部出错，修改没有丢失。" "Something went wrong inside; no edit was lost." "重新启动程序；若再次出现请告诉我们。" "Restart; if it happens again, tell us.";
}

/// A failed call. `params` holds counts, rule codes and field words, never personal data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Failure {
    pub code: Code,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, String>>", optional)]
    pub params: BTreeMap<String, String>,
}

impl Failure {
    /// Adds a parameter for the words: `field`, `rule`, `count`, `name of a file` …
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}
impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self { code, params: BTreeMap::new() }
    }
}
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.code())
    }
}
impl std::error::Error for Failure {}
