//! Lists, brands, feeds and groups as users write them, and what is refused by its record.

use super::*;

fn read(name: &str, content: &str) -> Result<DataFrame, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.csv"));
    std::fs::write(&path, content).unwrap();
    read_user_table(name, &path)
}

fn column(frame: &DataFrame, name: &str) -> Vec<String> {
    frame.column(name).unwrap().str().unwrap().iter().map(|cell| cell.unwrap_or("null").to_owned()).collect()
}

#[test]
fn keys_of_lists_look_like_what_they_are_compared_with() {
    let frame = read(
        "lists",
        "list_id,key_type,key,label,source,note\n\
         l,domain,WWW.Daily-Harbour.EXAMPLE,low_credibility,s,x\n\
         l,domain,https://quay.example/about,low_credibility,s,\n\
         l,domain,blog.quay.example,low_credibility,s,\n\
         l,url,http://quay.example/a/?utm_source=x,low_credibility,s,\n\
         l,account,x:@Some_One,newsroom,s,\n\
         l,ip_range,192.0.2.1,parking,s,\n",
    )
    .unwrap();
    let expected = [
        "daily-harbour.example",
        "quay.example",
        "blog.quay.example",
        "https://quay.example/a",
        "x:@some_one",
        "192.0.2.1/32",
    ];
    assert_eq!(column(&frame, "key"), expected);
    assert_eq!(column(&frame, "key_type"), ["domain", "domain", "host", "url", "account", "ip_range"]);
}

#[test]
fn a_wrong_type_names_its_record() {
    let wrong = read(
        "lists",
        "list_id,key_type,key,label,source,reliability\nl,domain,a.example,x,s,0.5\nl,domain,b.example,x,s,high\n",
    );
    let message = wrong.unwrap_err().to_string();
    assert!(message.ends_with("lists.csv`: record 2: `reliability` is \"high\", must be a number"), "{message}");
    let wrong = read("lists", "list_id,key_type,key,label,source\nl,site,a.example,x,s\n");
    assert!(wrong.unwrap_err().to_string().contains("record 1: `key_type` is \"site\", must be one of domain, host"));
    let wrong = read("brands", "brand,oficial_domain\nb,a.example\n").unwrap_err().to_string();
    assert!(
        wrong.contains(
            "column `official_domain` is missing (5 expected for brands, 1 found; nearest: \"oficial_domain\")"
        ),
        "{wrong}"
    );
}

#[test]
fn defanged_feeds_come_alive() {
    let frame = read("feeds", "feed;kind;key;added_at\nf;url;hxxp://bad[.]example/x;2024-05-01\n");
    assert_eq!(column(&frame.unwrap(), "key"), ["https://bad.example/x"]);
    let frame = read("feeds", "feed;kind;key;added_at\nf;domain;bad[.]example;2024-05-01\n");
    assert_eq!(column(&frame.unwrap(), "key"), ["bad.example"]);
}

#[test]
fn groups_name_accounts_as_posts_do_and_leave_no_cell_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("groups.csv");
    std::fs::write(&path, "group,account_id,note\none,x:@Some_One,a\none, x:17 ,b\n").unwrap();
    let frame = read_groups(&path).unwrap();
    assert_eq!(column(&frame, "account_id"), ["x:@some_one", "x:17"]);
    assert_eq!(column(&frame, "group"), ["one", "one"]);
    std::fs::write(&path, "group,account_id\none,x:1\n,x:2\n").unwrap();
    let message = read_groups(&path).unwrap_err().to_string();
    assert!(message.contains("record 2: `group`"), "{message}");
}

#[test]
fn only_tables_of_users_are_read() {
    assert!(matches!(read("posts", "post_id\n1\n"), Err(IngestError::UnknownTable { .. })));
}
