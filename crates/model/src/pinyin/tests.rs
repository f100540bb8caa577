use super::*;
use proptest::prelude::*;

fn first(name: &str) -> String {
    search_keys(name).full.remove(0)
}

fn finds(name: &str, query: &str) -> bool {
    haystack(name, &[]).contains(&needle(query))
}

#[test]
fn surnames_are_read_as_surnames_first() {
    for (name, spelling) in [
        ("单田芳", "shantianfang"),
        ("仇英", "qiuying"),
        ("曾国藩", "zengguofan"),
        ("尉迟恭", "yuchigong"),
        ("万俟卨", "moqixie"),
        ("解缙", "xiejin"),
        ("查慎行", "zhashenxing"),
        ("朴树", "piaoshu"),
        ("区寄", "ouji"),
        ("乐毅", "yueyi"),
        ("缪荃孙", "miaoquansun"),
        ("员半千", "yunbanqian"),
        ("盖叫天", "gejiaotian"),
        ("召信臣", "shaoxinchen"),
        ("澹台灭明", "tantaimieming"),
        ("翟让", "zhairang"),
        ("郗鉴", "xijian"),
        ("折可适", "shekeshi"),
        ("种师道", "chongshidao"),
        ("黑云", "heyun"),
        ("单于伊", "chanyuyi"),
        ("令狐冲", "linghuchong"),
        ("长孙无忌", "zhangsunwuji"),
        ("任正", "renzheng"),
        ("葛优", "geyou"),
        ("张三", "zhangsan"),
    ] {
        assert_eq!(first(name), spelling, "{name}");
    }
}

#[test]
fn a_surname_keeps_its_other_readings_and_a_given_name_its_own() {
    for (name, query) in [
        ("曾国藩", "cengguofan"),
        ("曾国藩", "zgf"),
        ("曾国藩", "cgf"),
        ("单于伊", "shanyu"),
        ("单小雪", "dxx"),
        ("单小雪", "sxx"),
        ("解小雪", "jxx"),
        ("解小雪", "xxx"),
        ("张乐", "zhangle"),
        ("张乐", "zhangyue"),
        ("王单", "wangdan"),
        ("重阳", "chongyang"),
        ("重阳", "zhongyang"),
    ] {
        assert!(finds(name, query), "{name} {query}");
    }
}

#[test]
fn the_umlaut_is_found_however_it_is_typed() {
    for query in ["吕", "lv", "lu", "lyu", "lü", "LÜ", "lu\u{308}", "lǚ", "lvbu", "lubu", "lb"] {
        assert!(finds("吕布", query), "{query}");
    }
    assert_eq!(first("吕布"), "lvbu");
    assert!(finds("Müller", "muller") && finds("Müller", "Müller"));
}

#[test]
fn a_query_may_be_spaced_toned_or_wide() {
    for query in ["zhang san", "Zhāng Sān", "ＺＨＡＮＧ", "zhang'san", "三", "张 三", "angsan", "zs"] {
        assert!(finds("张三", query), "{query}");
    }
    for query in ["zhangsi", "sz", "李"] {
        assert!(!finds("张三", query), "{query}");
    }
}

#[test]
fn names_of_minorities_are_found_with_and_without_the_dot() {
    let name = "阿卜杜拉·买买提";
    for query in
        ["阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉买买提", "abudulamaimaiti", "maimaiti", "abdlmmt", "mmt", "提"]
    {
        assert!(finds(name, query), "{query}");
    }
    assert_eq!(search_keys("阿卜杜热合曼·乌拉尔").full.len(), VARIANTS_MAX);
}

#[test]
fn latin_parts_stay_letters() {
    assert_eq!(search_keys("Anna-Maria O'Neill").full, ["annamariaoneill"]);
    assert_eq!(search_keys("Anna-Maria O'Neill").initials, ["amo"]);
    assert_eq!(search_keys("José 张").full, ["josezhang"]);
    assert_eq!(search_keys("José 张").initials, ["jz"]);
    assert!(finds("José García", "jose garcia") && finds("José García", "Garcia") && finds("José García", "García"));
    assert_eq!(haystack("Anna", &[]), "anna");
}

#[test]
fn rare_characters_are_read_or_stand_for_themselves() {
    assert_eq!(first("𠮷野"), "jiye");
    assert_eq!(first("䶮"), "yan");
    assert_eq!(first("㛃"), "jie");
    assert_eq!(first("王𬤇"), "wangyin");
    assert_eq!(first("王𬱖"), "wangdi");
    assert_eq!(first("鿍"), "gang");
    let unread = search_keys("王\u{2a6d5}");
    assert!(unread.full[0].starts_with("wang"));
    assert_eq!(search_keys("··").full, Vec::<String>::new());
    assert_eq!(haystack("", &["", "1"]), "1");
}

#[test]
fn a_haystack_is_searched_by_numbers_too() {
    let text = haystack("吕布", &["2013-001", "13800138000", "", "+85251234567"]);
    for query in ["2013-001", "2013001", "0138", "138 0013 8000", "+852 5123", "52512"] {
        assert!(text.contains(&needle(query)), "{query}");
    }
    assert!(!text.contains(&needle("布2013")), "a query does not run over the end of a line");
    assert_eq!(text.lines().count(), text.lines().collect::<std::collections::HashSet<_>>().len());
}

#[test]
fn the_order_is_by_syllable_tone_and_character() {
    let mut names = [
        "张三",
        "安娜",
        "Anna",
        "李四",
        "里安",
        "李明",
        "黎明",
        "吕布",
        "路遥",
        "单单",
        "沈山",
        "欧阳修",
        "王二",
        "𰻝某",
    ];
    names.sort_by_key(|name| sort_key(name));
    assert_eq!(
        names,
        [
            "安娜",
            "Anna",
            "𰻝某",
            "黎明",
            "李明",
            "李四",
            "里安",
            "路遥",
            "吕布",
            "欧阳修",
            "单单",
            "沈山",
            "王二",
            "张三"
        ]
    );
    assert_eq!(sort_key("李·四"), sort_key("李四"));
    assert_eq!(sort_key("王某"), "wang2王mou3某");
}

proptest! {
    #[test]
    fn a_name_is_always_found_by_itself_and_by_each_of_its_keys(name in "[一-龥㐀-䶿A-Za-zéü· ]{0,12}|\\PC{0,60}") {
        let text = haystack(&name, &[]);
        prop_assert!(text.contains(&needle(&name)), "{:?} in {:?}", needle(&name), text);
        let keys = search_keys(&name);
        prop_assert!(keys.full.len() <= VARIANTS_MAX && keys.initials.len() <= VARIANTS_MAX);
        for key in keys.full {
            prop_assert!(text.contains(&key));
            prop_assert_eq!(needle(&key), key);
        }
        prop_assert_eq!(needle(&needle(&name)), needle(&name));
        sort_key(&name);
    }
}
