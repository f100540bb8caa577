export const masking = {
  show: "显示完整号码",
  hide: "重新遮盖号码",
  mayNot: "您没有查看完整号码的权限",
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
