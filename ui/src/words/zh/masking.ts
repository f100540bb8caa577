export const masking = {
  show: "显示完整号码",
  hide: "重新遮盖号码",
  mayNot: "您没有查看完整号码的权限",
  onlyReads: "只能查看",
  onlyReadsNote: "您的账号可以查看和导出名册，不能修改。需要修改时，请组织的所有者或运营方更改角色。",
  onlyPrints: "只做邀请",
  onlyPrintsNote:
    "您的账号能看到姓名、部门和邀请，可以制作、打印和发放邀请；别的内容不会下载到这台电脑，也不能修改。",
  onlyDepartments: "本部门",
  onlyDepartmentsNote:
    "您的账号只能看到和修改分配给您的部门；别的部门不会下载到这台电脑。需要更多部门时，请组织的所有者或运营方分配。",
  isFull: "号码完整显示中",
  showTitle: "显示所有人的完整证件号和手机号？",
  showNote: "直到关闭名册或重新遮盖为止。这次查看会记录在“历史”中。",
  showConfirm: "显示",
  showPerson: "显示证件号和手机号",
  showPersonNote: "查看会被记录",
  export: {
    title: "导出证件号和手机号",
    masked: "遮盖（330***********1234）",
    full: "完整",
    note: "导出会记录在“历史”中。",
    confirm: "导出",
  },
};
