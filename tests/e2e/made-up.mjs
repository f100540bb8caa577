/** People who do not exist, as the CSV file that a school office might hand over. The same every time. */

const FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏";
const GIVEN = "子轩雨桐浩然梓涵欣怡宇航思源佳琪一诺明哲诗涵俊杰若曦嘉懿书瑶天佑语嫣博文静怡安然";
const CLASSES = ["高一年级/1班", "高一年级/2班", "高一年级/3班", "高二年级/1班", "高二年级/2班"];

/** The check character of GB 11643. */
export function withCheck(seventeen) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0);
  return seventeen + "10X98765432"[sum % 11];
}

const two = (number) => String(number).padStart(2, "0");

export function people(count) {
  return Array.from({ length: count }, (_, index) => {
    const family = FAMILY[(index * 7) % FAMILY.length];
    const at = ((index * 11) % (GIVEN.length / 2)) * 2;
    const isMale = (index * 5) % 3 !== 0;
    const born = `${2009 + (index % 2)}${two((index % 12) + 1)}${two((index % 28) + 1)}`;
    const order = `${two(index % 50)}${isMale ? 1 + 2 * (index % 4) : 2 * (index % 5)}`;
    return {
      number: `2026${String(index + 1).padStart(4, "0")}`,
      name: family + GIVEN.slice(at, at + 2),
      sex: isMale ? "男" : "女",
      department: CLASSES[index % CLASSES.length],
      phone: `138${String(10_000_000 + index * 7_919).slice(0, 8)}`,
      document: withCheck(`110101${born}${order}`),
      guardian: `${family}${index % 2 ? "建国" : "秀英"}`,
      guardianPhone: `139${String(20_000_000 + index * 6_007).slice(0, 8)}`,
    };
  });
}

const HEADINGS = ["学号", "姓名", "性别", "班级", "手机号", "身份证号", "家长姓名", "家长电话"];
const line = (person) =>
  [
    person.number,
    person.name,
    person.sex,
    person.department,
    person.phone,
    person.document,
    person.guardian,
    person.guardianPhone,
  ].join(",");

/** The file's text: everyone in order, then one whose identity number a spreadsheet has spoiled. */
export function csv(list) {
  const spoiled = {
    ...list[0],
    number: "20269999",
    name: "貂蝉",
    phone: "13700137000",
    document: "1.10101E+17",
  };
  return `\ufeff${[HEADINGS.join(","), ...list.map(line), line(spoiled)].join("\r\n")}\r\n`;
}
