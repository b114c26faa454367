"""Text edits of the kind a spreadsheet user shows by example: the table of tasks that `make_text.py` reads.

A pool is a list of inputs that several tasks share; where the first rows of a pool do not tell a rule apart
from its neighbours, better examples are put in front.
"""

import re
from datetime import date, datetime, timedelta

NAMES = ["Ada Lovelace", "Grace Hopper", "Linus Torvalds", "Marie Curie", "Barbara Liskov", "Edsger Dijkstra",
     "Ken Thompson",
         "Niels Bohr", "Rosalind Franklin", "Srinivasa Ramanujan", "Bo Li", "Zoe Quinn"]
WORLD = ["José Álvarez", "Jürgen Groß", "Renée Żak", "李 小龙", "Σωκράτης Παπάς", "Björk Þórsdóttir", "Анна Каренина",
     "Łukasz Ñúñez",
         "Åsa Öberg", "Émile Zola", "Ivo Čech"]
THREE = ["John Quincy Adams", "Mary Ann Evans", "Edgar Allan Poe", "Louisa May Alcott", "Johann Sebastian Bach",
         "Franklin Delano Roosevelt", "Ruth Bader Ginsburg", "Martin Luther King", "Neil Patrick Harris",
         "Sarah Jessica Parker"]
SOME_MIDDLE = ["John Quincy Adams", "Grace Hopper", "Mary Ann Evans", "Marie Curie", "Edgar Allan Poe", "Ken Thompson",
               "Louisa May Alcott", "Niels Bohr", "Ruth Bader Ginsburg", "Bo Li", "Johann Sebastian Bach", "Zoe Quinn"]
PAIRS = [tuple(n.split(" ")) for n in NAMES]
LAST_FIRST = [f"{b}, {a}" for a, b in PAIRS]
TITLED = ["Dr. Anna Bell", "Mr. Tom Fox", "Mrs. Carla Diaz", "Prof. Igor Tamm", "Ms. Joan Clarke", "Sir Isaac Newton",
     "Dr. Paul Erdos",
          "Mr. Alan Kay", "Prof. Emmy Noether", "Lady Jane Grey"]
TEN = ["2065550123", "4152368740", "3129947751", "7185501234", "8084441919", "6028675309", "5033330000", "9174082256",
     "2129876543",
       "3055127788"]
DASHED = [f"{p[:3]}-{p[3:6]}-{p[6:]}" for p in TEN]
PARENS = [f"({p[:3]}) {p[3:6]}-{p[6:]}" for p in TEN]
INTERNATIONAL = ["+1 206 5550123", "+44 20 79460958", "+49 30 1234567", "+358 9 4245011", "+81 3 52530111",
     "+33 1 40205050", "+7 495 6970349",
                 "+351 21 8413500", "+55 11 33133120"]
EMAILS = ["ada.lovelace@example.com", "g.hopper@navy.mil", "linus@kernel.org", "marie.curie@sorbonne.fr",
     "kt@bell-labs.com",
          "niels.bohr@nbi.ku.dk", "rosalind_f@kcl.ac.uk", "zoe99@mail.example.net", "info@shop24.de",
          "barbara@csail.mit.edu"]
DOTTED = ["ada.lovelace@example.com", "grace.hopper@navy.mil", "marie.curie@sorbonne.fr", "niels.bohr@nbi.dk",
     "ken.thompson@bell.com",
          "zoe.quinn@mail.net", "alan.kay@parc.org", "emmy.noether@uni.de", "bo.li@pku.cn"]
URLS = ["https://www.example.com/docs/intro.html", "http://blog.rust-lang.org/2024/05/post.html",
     "https://shop.acme.co.uk/items/lamp.php",
        "http://localhost/test/index.htm", "ftp://files.archive.org/pub/data.zip",
        "https://news.site.io/a/b/c/story.html",
        "http://www.museum.fr/art/monet.jpg", "https://api.weather.gov/v2/today.json",
        "http://intra.firm.de/hr/form.pdf"]
QUERIES = ["https://x.com/find?id=42&lang=en", "http://shop.org/item?id=7781&lang=de", "https://a.b.net/p?id=5&lang=fr",
           "https://lib.edu/book?id=90210&lang=pt", "http://old.site.com/index.php?id=13&lang=it",
           "https://q.io/s/t?id=600&lang=nl",
           "http://map.info/at?id=88&lang=es", "https://docs.dev/v1?id=1024&lang=ja", "http://z.org/?id=3&lang=sv"]
PATHS = ["/home/ada/notes.txt", "/usr/local/bin/tool.sh", "/etc/hosts.conf", "/var/log/nginx/access.log",
     "/srv/www/index.html",
         "/opt/app/data/table.csv", "/tmp/a.out", "/mnt/disk1/photos/2023/beach.jpeg", "/root/key.pem",
         "/data/in/report-final.pdf"]
WINDOWS = [r"C:\Users\Ada\notes.txt", r"D:\Games\Chess\board.exe", r"C:\Windows\system.ini",
     r"E:\backup\2023\may\photos.zip",
           r"F:\music\track01.mp3", r"C:\Temp\a.log", r"Z:\share\hr\form.docx", r"D:\src\main.rs", r"X:\old\disk.img"]
FILES = ["report.doc", "photo_01.jpeg", "main.rs", "archive-2020.zip", "notes.txt", "song.mp3", "index.html",
     "data_final.csv", "logo.svg"]
DATES = ["2023-04-17", "1999-12-05", "2010-07-30", "2024-02-29", "1984-01-01", "2031-11-23", "2008-09-14", "1971-03-08",
     "2016-06-19",
         "2022-10-31", "1965-05-26", "2019-08-12"]
STAMPS = [f"{d} {t}" for d, t in zip(DATES, ["08:15:00", "23:59:59", "00:30:12", "12:00:00", "17:45:09", "05:05:05",
     "13:37:42",
                                              "21:10:30", "09:00:01", "11:11:11"])]
CLOCK = ["14:30", "09:05", "00:15", "12:00", "23:59", "11:45", "18:20", "06:40", "13:01", "20:10", "03:33"]
CLOCK12 = ["2:30 PM", "9:05 AM", "12:15 AM", "12:40 PM", "11:59 PM", "6:00 AM", "7:45 PM", "10:10 AM", "1:01 PM",
     "12:00 AM", "3:33 AM"]
DECIMALS = ["3.14159", "27.6789", "0.1234", "156.999", "8.5555", "42.0049", "1000.876", "19.9512", "6.02214", "71.4449"]
NUMBERS = ["1234567", "89123", "450", "7654321", "1000", "25", "99999", "123456789", "6502", "31415926", "8"]
SKUS = ["AB-1234-XL", "QR-9981-S", "ZZ-0042-M", "KT-777-XXL", "PL-31-L", "MN-5000-XS", "CD-6420-M", "WX-15-S",
     "EF-8080-L", "GH-204-XL"]
ADDRESSES = ["12 Main St, Springfield, IL 62701", "4500 Elm Avenue, Portland, OR 97201",
     "7 Ocean Dr, Miami Beach, FL 33139",
             "221 Baker Rd, Salt Lake City, UT 84101", "88 Pine Ln, Boise, ID 83702",
             "1600 Hill Blvd, New York, NY 10001",
             "35 Lake Ct, Austin, TX 78701", "902 Park Way, Fargo, ND 58102", "19 Mill St, Dover, DE 19901"]
LISTS = ["red,green,blue", "apple,pear", "one,two,three,four", "cat,dog,emu,fox,gnu", "north,south", "x,y,z",
     "salt,pepper,oil,flour",
         "mon,tue,wed,thu,fri", "iron,gold,tin", "ash,oak,elm,fir", "solo,duo,trio"]
DUPLICATES = ["a,b,a,c,b", "red,red,blue", "x,y,z,x", "dog,cat,dog,dog,emu", "1,2,2,3,3,3", "tin,tin",
     "oak,elm,oak,fir,elm",
              "up,down,up,left,down", "q,q,q,r", "one,two,three,one"]
PHRASES = ["the quick brown fox", "hello world", "one small step", "war and peace", "gone with the wind",
     "a tale of two cities",
           "pride and prejudice", "brave new world", "the old man and the sea", "crime and punishment",
           "heart of darkness"]
TITLES = ["The Quick Brown Fox", "Hello World", "One Small Step", "War And Peace", "Brave New World",
     "Heart Of Darkness",
          "Crime And Punishment", "Gone With The Wind", "Moby Dick"]
SNAKE = ["user_name", "total_item_count", "id", "max_retry_delay_ms", "is_valid", "http_status_code", "last_seen_at",
     "row", "new_file_path",
         "error_log", "page_size"]
CAMEL = ["userName", "totalItemCount", "maxRetryDelay", "isValid", "lastSeenAt", "newFilePath", "errorLog", "pageSize",
     "rowIndexOfCell",
         "startTime"]
LOGS = ["2024-03-01 12:00:05 ERROR [db] connection lost", "2024-03-02 08:14:59 INFO [web] started on port 80",
        "2023-11-30 23:01:00 WARN [cache] nearly full", "2024-01-15 00:00:01 DEBUG [auth] token for bob",
        "2022-07-04 17:45:33 ERROR [disk] no space left",
        "2024-05-20 06:30:10 INFO [mail] sent 3 messages", "2021-12-24 18:00:00 WARN [net] slow reply",
        "2024-08-09 10:10:10 FATAL [core] out of memory",
        "2020-02-29 03:15:27 INFO [job] done"]
CSV = ["Ada,36,London,math", "Bo,7,Oslo,chess", "Carla,52,Buenos Aires,law", "Dmitri,41,Riga,physics",
     "Eve,29,Cairo,design", "Farid,63,Tunis,trade",
       "Gudrun,18,Bergen,music", "Hugo,77,Lyon,wine", "Ines,34,Porto,boats"]
TAGS = ["<b>bold</b>", "<p>Hello there</p>", "<h1>News</h1>", "<li>first item</li>", "<em>really?</em>", "<td>42</td>",
     "<title>My page</title>",
        "<code>x = 1</code>", "<u>under</u>", "<span>a-b</span>"]
LINKS = ['<a href="http://a.org/x">Home</a>', '<a href="/about.html">About us</a>', '<a href="https://b.net">B</a>',
     '<a href="faq.php">Questions</a>',
         '<a href="http://c.io/1/2">Next page</a>', '<a href="mailto:x@y.z">Write</a>',
         '<a href="#top">Back to top</a>', '<a href="../up">Up</a>',
         '<a href="img/cat.png">Cat</a>']
SETTINGS = ["color=red", "max_size=1024", "name=Ada Lovelace", "path=/usr/bin", "debug=true", "host=db.local",
     "ratio=0.75", "user=root",
            "lang=en-GB", "depth=3"]
VERSIONS = ["1.2.3", "10.0.17", "0.9.4", "2.11.0", "3.4.58", "1.0.0", "7.25.1", "20.4.6", "5.10.103", "4.8.15"]
MEASURES = ["12 kg", "3.5 m", "400 ml", "98 km", "7 lb", "0.25 l", "60 mph", "1500 W", "37 C", "8 GB"]
SPACED = ["  hello  ", " a  b ", "one   two", "   left", "right   ", "so   many    gaps", " x y  z ", "fine",
     "  both   of   them  ", " tab  less"]
CARDS = ["4111111111111111", "5500005555555559", "4000123456789010", "6011000990139424", "3530111333300000",
     "5105105105105100", "4222333344445678",
         "4916338506082832", "5275019283746501"]
STRAYS = ["a1b2c3", "room 101", "x-15 rocket", "7 of 9", "R2-D2 unit", "area51", "3 blind mice, 1 cat", "top10 list",
     "year 2001: A 1", "b4 u go"]
BRACKETS = ["Alpha (beta) gamma", "Report (final).doc", "call (now)", "f (x, y) = 0", "Venus (planet)",
     "Lost (TV series) 2004", "see (page 12) there",
            "Paris (France)", "Mercury (Hg)", "red (dark) wine"]
MONTHS = "January February March April May June July August September October November December".split()


def day(text, form="%Y-%m-%d"):
    return datetime.strptime(text, form)


def dated(form, source="%Y-%m-%d"):
    return lambda s: day(s, source).strftime(form)


def sub(pattern, new):
    return lambda s: re.sub(pattern, new, s)


def find(pattern):
    """The first group of the first match."""
    return lambda s: re.search(pattern, s).group(1)


def initials(s, mark="", between=""):
    return between.join(w[0] + mark for w in s.split(" "))


def words(edit, between=" "):
    return lambda s: between.join(edit(w) for w in s.split(" "))


def listed(edit, split=",", join=","):
    return lambda s: join.join(edit(s.split(split)))


def unique(items):
    return list(dict.fromkeys(items))


def ordinal(s):
    n = int(s)
    return s + ("th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th"))


def clock12(s):
    h, m = s.split(":")
    return f"{(int(h) + 11) % 12 + 1}:{m} {'AM' if int(h) < 12 else 'PM'}"


def clock24(s):
    h, m, half = re.split("[: ]", s)
    return f"{int(h) % 12 + (12 if half == 'PM' else 0):02}:{m}"


def decade(n):
    low = int(n) // 10 * 10
    return f"{low}-{low + 10}"


def half_hour(s):
    h, m = s.split(":")
    start = "30" if int(m) >= 30 else "00"
    return f"{h}:{start}-" + (f"{h}:30" if start == "00" else f"{int(h) + 1:02}:00")


def grouped(s, size=4, mark=" "):
    return mark.join(s[i:i + size] for i in range(0, len(s), size))


def file_size(s):
    n = int(s)
    return f"{n} B" if n < 1024 else f"{n // 1024} KB"


def spoken_list(s):
    items = s.split(",")
    return ", ".join(items[:-1]) + " and " + items[-1]


def minutes(s):
    h, m = s.split(":")
    return str(int(h) * 60 + int(m))


def when(test, yes, no):
    return lambda s: (yes if test(s) else no)(s)


def bibkey(author, title, year):
    return author.split(",")[0].lower() + year + title.split(" ")[0].lower()


GRADES = ["95", "42", "78", "60", "59", "88", "100", "12", "73", "66", "50", "31"]

NAME_TASKS = [
    ("name-first", 1, lambda s: s.split(" ")[0], 1, NAMES),
    ("name-last", 1, lambda s: s.split(" ")[-1], 2, THREE[:1] + NAMES[1:] + THREE[1:4]),
    ("name-middle", 1, lambda s: s.split(" ")[1], 1, THREE),
    ("name-last-comma-first", 1, lambda s: ", ".join(s.split(" ")[::-1]), 1, NAMES),
    ("name-from-last-comma-first", 1, lambda s: " ".join(s.split(", ")[::-1]), 1, LAST_FIRST),
    ("name-initials", 1, initials, 2, NAMES),
    ("name-initials-dots", 1, lambda s: initials(s, "."), 2, NAMES[:1] + THREE[:1] + NAMES[1:6] + THREE[1:6]),
    ("name-initials-dots-spaced", 2, lambda s: initials(s, ".", " "), 2, THREE),
    ("name-initials-lower", 2, lambda s: initials(s).lower(), 2, NAMES),
    ("name-first-initial-last", 1, lambda s: s[0] + ". " + s.split(" ")[1], 1, NAMES),
    ("name-last-first-initial", 2, lambda s: f"{s.split(' ')[1]}, {s[0]}.", 2, NAMES),
    ("name-first-last-initial", 2, lambda s: f"{s.split(' ')[0]} {s.split(' ')[1][0]}.", 1, NAMES[1:]),
    ("name-drop-middle", 1, lambda s: " ".join(s.split(" ")[::2]), 2, THREE),
    ("name-drop-middle-if-any", 3, lambda s: f"{s.split(' ')[0]} {s.split(' ')[-1]}", 2, SOME_MIDDLE),
    ("name-middle-initial", 2, lambda s: re.sub(r" (\w)\w+ ", r" \1. ", s), 2, THREE),
    ("name-middle-initial-if-any", 3, sub(r" (\w)\w+ ", r" \1. "), 3, SOME_MIDDLE),
    ("name-middle-or-empty", 3, lambda s: s.split(" ")[1] if s.count(" ") == 2 else "", 3, SOME_MIDDLE),
    ("name-last-first-middle", 2, lambda s: "{2}, {0} {1}".format(*s.split(" ")), 1, THREE),
    ("name-last-comma-rest", 3, lambda s: s.split(" ")[-1] + ", " + " ".join(s.split(" ")[:-1]), 3, SOME_MIDDLE),
    ("name-drop-title", 1, lambda s: s.split(" ", 1)[1], 2, TITLED),
    ("name-title-and-last", 2, lambda s: f"{s.split(' ')[0]} {s.split(' ')[2]}", 1, TITLED),
    ("name-greeting", 1, lambda s: f"Dear {s.split(' ')[0]},", 1, NAMES),
    ("name-title-case-from-lower", 1, lambda s: s.title(), 1, [n.lower() for n in NAMES]),
    ("name-title-case-from-shout", 2, lambda s: s.title(), 2, [n.upper() for n in THREE]),
    ("name-title-case-mixed", 2, lambda s: s.title(), 2, ["jOHN sMITH", "MARY ann", "bo LI", "karL MARX",
     "aDA LOVELACE", "gRACE hopper",
     "NIELS bohr", "zoe QUINN", "aLAN kay"]),
    ("name-last-upper", 2, lambda s: f"{s.split(' ')[0]} {s.split(' ')[1].upper()}", 1, NAMES),
    ("name-user-first-initial-last", 2, lambda s: (s[0] + s.split(" ")[1]).lower(), 2, NAMES),
    ("name-user-first-dot-last", 1, lambda s: s.lower().replace(" ", "."), 1, NAMES),
    ("name-user-last-plus-two", 2, lambda s: (s.split(" ")[1] + s[:2]).lower(), 2, NAMES),
    ("name-email-build", 2, lambda s: s.lower().replace(" ", ".") + "@acme.com", 1, NAMES),
    ("name-email-from-columns", 2, lambda a, b: f"{a[0]}{b}@corp.org".lower(), 2, PAIRS),
    ("name-columns-join", 1, lambda a, b: f"{a} {b}", 1, PAIRS),
    ("name-columns-last-comma-first", 1, lambda a, b: f"{b}, {a}", 1, PAIRS),
    ("name-columns-initials", 2, lambda a, b: f"{a[0]}.{b[0]}.", 1, PAIRS),
    ("name-three-columns", 2, lambda a, b, c: f"{a} {b[0]}. {c}", 2, [tuple(n.split(" ")) for n in THREE]),
    ("name-monogram-and-length", 3, lambda s: initials(s) + str(len(s.replace(" ", ""))), 3, NAMES),
    ("name-world-last-comma-first", 2, lambda s: ", ".join(s.split(" ")[::-1]), 2, WORLD),
    ("name-world-initials", 2, lambda s: initials(s, "."), 2, WORLD),
    ("name-world-upper-last", 3, lambda s: f"{s.split(' ')[1].upper()} {s.split(' ')[0]}", 2,
     [n for n in WORLD if "ß" not in n]),
    ("name-world-first-three", 2, lambda s: s[:3].lower(), 2, [n for n in WORLD if "李" not in n]),
]

PHONE_TASKS = [
    ("phone-dashes", 1, lambda p: f"{p[:3]}-{p[3:6]}-{p[6:]}", 1, TEN),
    ("phone-parens", 1, lambda p: f"({p[:3]}) {p[3:6]}-{p[6:]}", 1, TEN),
    ("phone-dashes-to-parens", 1, sub(r"(\d+)-(\d+-\d+)", r"(\1) \2"), 1, DASHED),
    ("phone-dashes-to-dots", 1, lambda s: s.replace("-", "."), 1, DASHED),
    ("phone-digits-only", 1, sub(r"\D", ""), 2, PARENS),
    ("phone-area-code", 1, find(r"\((\d+)"), 1, PARENS),
    ("phone-last-four", 1, lambda s: s[-4:], 1, DASHED),
    ("phone-plus-one", 2, lambda s: "+1 " + s.replace("-", " "), 1, DASHED),
    ("phone-mixed-to-dashes", 3, lambda s: re.sub(r"(...)(...)(....)", r"\1-\2-\3", re.sub(r"\D", "", s)), 3,
     ["(206) 555-0123", "415.236.8740", "8084441919", "312 994 7751", "718-550-1234", "8084441919", "(602) 867-5309", "503.333.0000",
     "917 408 2256",
      "(212) 987-6543", "305.512.7788"]),
    ("phone-country-code", 1, find(r"\+(\d+)"), 2, INTERNATIONAL),
    ("phone-international-no-country", 2, lambda s: s.split(" ", 1)[1], 2, INTERNATIONAL),
    ("phone-international-00", 2, lambda s: s.replace("+", "00").replace(" ", ""), 2, INTERNATIONAL),
    ("phone-hide-middle", 2, lambda s: f"{s[:3]}-***-{s[-4:]}", 2, DASHED),
    ("phone-two-columns", 2, lambda a, n: f"({a}) {n[:3]}-{n[3:]}", 1, [(p[:3], p[3:]) for p in TEN]),
    ("phone-add-default-area", 3, lambda s: s if len(s) == 12 else "425-" + s, 2,
     ["206-555-0123", "555-8740", "994-7751", "718-550-1234", "441-1919", "602-867-5309", "333-0000", "917-408-2256",
     "987-6543"]),
    ("phone-extension", 2, find(r"x(\d+)"), 2, ["206-555-0123 x45", "415-236-8740 x1002", "312-994-7751 x7",
     "718-550-1234 x88",
     "808-444-1919 x301", "602-867-5309 x19", "503-333-0000 x5550", "917-408-2256 x6"]),
]

WEB_TASKS = [
    ("email-user", 1, lambda s: s.split("@")[0], 1, EMAILS),
    ("email-domain", 1, lambda s: s.split("@")[1], 1, EMAILS),
    ("email-top-level", 2, lambda s: s.split(".")[-1], 2, EMAILS[5:] + EMAILS[:5]),
    ("email-host-first-part", 2, find(r"@([^.]+)"), 3, EMAILS[5:6] + EMAILS),
    ("email-name-from-dotted", 2, lambda s: s.split("@")[0].replace(".", " ").title(), 1, DOTTED),
    ("email-last-name-from-dotted", 2, lambda s: find(r"\.(\w+)@")(s).capitalize(), 2, DOTTED),
    ("email-swap-domain", 2, lambda s: s.split("@")[0] + "@newmail.io", 2, EMAILS),
    ("email-at-spelled", 1, lambda s: s.replace("@", " at "), 1, EMAILS),
    ("email-spelled-out", 2, lambda s: s.replace("@", " at ").replace(".", " dot "), 2, EMAILS),
    ("email-hide-user", 2, lambda s: s[0] + "***" + s[s.index("@"):], 2, EMAILS),
    ("email-angle-brackets", 1, find(r"<(.*)>"), 1, [f"{a} {b} <{a.lower()}@{b.lower()}.com>" for a, b in PAIRS]),
    ("email-display-name", 2, lambda s: s.split(" <")[0], 1, [f"{a} {b} <{a.lower()}@{b.lower()}.com>" for a,
     b in PAIRS]),
    ("email-format-address", 2, lambda n, e: f'"{n}" <{e}>', 1, list(zip(NAMES, EMAILS))),
    ("url-host", 1, find(r"://([^/]+)"), 2, URLS),
    ("url-scheme", 1, lambda s: s.split(":")[0], 2, URLS),
    ("url-path", 2, find(r"://[^/]+(/.*)"), 2, URLS),
    ("url-file-name", 2, lambda s: s.split("/")[-1], 2, URLS),
    ("url-file-extension", 2, lambda s: s.split(".")[-1], 2, URLS[:1] + URLS[2:]),
    ("url-file-stem", 2, find(r"/([^/]+)\.\w+$"), 2, URLS),
    ("url-drop-scheme", 2, lambda s: s.split("://")[1], 2, URLS),
    ("url-first-folder", 2, lambda s: s.split("/")[3], 2, URLS),
    ("url-drop-www-if-any", 3, lambda s: s.removeprefix("www."), 2, ["www.example.com", "rust-lang.org",
     "www.museum.fr", "wiki.net", "www.a-b.co.uk",
     "news.site.io", "www.shop24.de", "intra.firm.de", "www.wow.org"]),
    ("url-query-id", 2, find(r"id=(\d+)"), 2, QUERIES[7:] + QUERIES[:7]),
    ("url-query-lang", 1, find(r"lang=(\w+)"), 2, QUERIES),
    ("url-without-query", 2, lambda s: s.split("?")[0], 2, QUERIES),
    ("url-build", 1, lambda h, p: f"https://{h}/{p}", 1, [("example.com", "docs"), ("rust-lang.org", "learn"), ("a.io",
     "x/y"), ("shop.de", "cart"),
     ("news.fr", "sport"), ("lib.edu", "books/7"), ("b.net", "faq.html"), ("map.info", "at"), ("z.org", "q")]),
    ("url-port", 2, find(r":(\d+)"), 2, ["10.0.0.7:65000/x/y", "localhost:8080/app", "db.local:5432/main", "a.io:80/", "10.0.0.7:65000/x/y",
     "mail.net:25/q",
     "cache:11211/k", "h.org:443/s", "dev.box:3000/p/1"]),
    ("html-strip-tag", 1, find(r">(.*)<"), 2, TAGS),
    ("html-tag-name", 1, find(r"<(\w+)"), 2, TAGS),
    ("html-wrap-item", 1, lambda s: f"<li>{s}</li>", 1, PHRASES),
    ("html-link-target", 1, find('href="(.*?)"'), 2, LINKS),
    ("html-link-text", 2, find(">(.*)<"), 2, LINKS),
    ("html-link-to-markdown", 2, sub('<a href="(.*?)">(.*)</a>', r"[\2](\1)"), 2, LINKS),
    ("html-strip-all-tags", 3, sub("<[^>]*>", ""), 2, ["<p>Hello <b>big</b> world</p>", "<i>one</i> two", "a<br>b",
     "<ul><li>x</li><li>y</li></ul>",
     "no tags", "<h1>News</h1> today", "to <u>be</u> or <u>not</u>", "<td>4</td><td>2</td>", "<b><i>deep</i></b>"]),
    ("markdown-link-target", 2, find(r"\((.*)\)"), 2, ["[Home](http://a.org/x)", "[About us](/about.html)",
     "[B](https://b.net)",
     "[Questions](faq.php)", "[Next page](http://c.io/1/2)", "[Up](../up)", "[Cat](img/cat.png)", "[Top](#top)"]),
    ("hashtag", 2, lambda s: "#" + words(str.capitalize, "")(s), 2, PHRASES),
    ("hashtags-each-word", 1, words(lambda w: "#" + w), 2, PHRASES),
    ("slug-from-title", 1, lambda s: s.lower().replace(" ", "-"), 2, TITLES),
    ("slug-drop-punctuation", 3, lambda s: "-".join(re.findall(r"[a-z0-9]+", s.lower())), 3, ["Hello, World!",
     "What is Rust?", "Top 10: Best (new) books",
     "Cats & Dogs", "Yes / No", "A, B, and C", "Ready... set... go!", "War: what for?", "Item #42", "Sun -- Moon"]),
    ("ip-first-octet", 1, lambda s: s.split(".")[0], 2, ["192.168.0.1", "10.20.30.40", "8.8.4.4", "127.0.0.1",
     "172.16.254.3", "255.0.12.9", "64.5.77.100",
     "1.2.3.4"]),
    ("ip-last-octet-zero", 2, sub(r"\d+$", "0"), 2, ["192.168.0.17", "10.20.30.40", "8.8.4.4", "127.0.0.1",
     "172.16.254.3", "255.0.12.9", "64.5.77.100",
     "1.2.3.4"]),
]

PATH_TASKS = [
    ("path-base-name", 1, lambda s: s.split("/")[-1], 2, PATHS),
    ("path-directory", 2, lambda s: s.rsplit("/", 1)[0], 2, PATHS),
    ("path-extension", 1, lambda s: s.split(".")[-1], 2, PATHS),
    ("path-stem", 2, find(r"/([^/]+)\.\w+$"), 2, PATHS),
    ("path-parent-name", 3, find(r"/([^/]+)/[^/]+$"), 2, PATHS),
    ("path-change-extension", 2, lambda s: s.rsplit(".", 1)[0] + ".bak", 2, PATHS),
    ("path-windows-base-name", 1, lambda s: s.split("\\")[-1], 2, WINDOWS),
    ("path-windows-drive", 1, lambda s: s[0], 2, WINDOWS),
    ("path-windows-to-slashes", 1, lambda s: s.replace("\\", "/"), 1, WINDOWS),
    ("path-windows-to-wsl", 3, lambda s: "/mnt/" + s[0].lower() + s[2:].replace("\\", "/"), 2, WINDOWS),
    ("path-depth", 3, lambda s: str(s.count("/")), 3, PATHS),
    ("file-drop-extension", 1, lambda s: s.split(".")[0], 2, FILES),
    ("file-upper-extension", 2, lambda s: s.split(".")[0] + "." + s.split(".")[1].upper(), 2, FILES),
    ("file-add-suffix-before-extension", 2, lambda s: s.replace(".", "_v2."), 2, FILES),
    ("file-join-directory", 1, lambda d, f: f"{d}/{f}", 1, list(zip(["/tmp", "/home/bo", "/srv", "/var/log", "/opt/x",
     "/a/b/c", "/etc", "/mnt", "/data"],
     FILES))),
    ("file-number-from-name", 2, lambda s: find(r"_(\d+)\.")(s).lstrip("0"), 2, ["img_0042.png", "scan_0107.jpeg",
     "img_0003.png", "photo_1200.gif",
     "page_0999.tiff", "take_0010.wav", "shot_0500.jpg", "map_0081.bmp"]),
    ("file-dated-name", 2, lambda f, d: f.replace(".", "_" + d.replace("-", "") + "."), 2, list(zip(FILES, DATES))),
]

US = [dated("%m/%d/%Y")(d) for d in DATES]
LONG = [f"{MONTHS[int(d[5:7]) - 1]} {int(d[8:])}, {d[:4]}" for d in DATES]
EXAMPLE_DATES = ["2021-03-25", "1987-11-02"]
DATE_TASKS = [
    ("date-iso-to-us", 1, dated("%m/%d/%Y"), 1, DATES),
    ("date-iso-to-dotted", 1, dated("%d.%m.%Y"), 1, DATES),
    ("date-us-to-iso", 2, dated("%Y-%m-%d", "%m/%d/%Y"), 1, US),
    ("date-swap-day-month", 1, dated("%d/%m/%Y", "%m/%d/%Y"), 1, US),
    ("date-compact", 1, lambda s: s.replace("-", ""), 1, DATES),
    ("date-expand-compact", 1, dated("%Y-%m-%d", "%Y%m%d"), 1, [d.replace("-", "") for d in DATES]),
    ("date-year", 1, lambda s: s[-4:], 1, US),
    ("date-year-two-digits", 2, dated("%m/%d/%y"), 2, DATES),
    ("date-year-from-long", 1, lambda s: s[-4:], 1, LONG),
    ("date-month-name", 2, dated("%B"), 2, DATES),
    ("date-month-short-name", 2, dated("%b"), 2, DATES),
    ("date-month-number-from-long", 2, lambda s: str(MONTHS.index(s.split(" ")[0]) + 1), 2, LONG),
    ("date-iso-to-long", 3, lambda s: f"{MONTHS[int(s[5:7]) - 1]} {int(s[8:])}, {s[:4]}", 3, EXAMPLE_DATES + DATES),
    ("date-iso-to-day-month-year", 2, dated("%d %b %Y"), 2, EXAMPLE_DATES + DATES),
    ("date-long-to-iso", 3, dated("%Y-%m-%d", "%B %d, %Y"), 2, LONG),
    ("date-day-no-zero", 2, lambda s: str(int(s[8:])), 2, DATES),
    ("date-no-zeros", 2, lambda s: "/".join(str(int(s[a:b])) for a, b in ((5, 7), (8, 10), (0, 4))), 2, DATES),
    ("date-pad-us", 2, lambda s: "/".join(p.zfill(2) for p in s.split("/")), 2, ["3/7/2021", "11/5/1987", "1/31/2000",
     "10/10/2010", "2/2/2022", "12/9/1999",
     "6/25/2015", "9/1/1970", "7/14/1989", "4/4/2004"]),
    ("date-quarter", 2, lambda s: f"Q{(int(s[5:7]) + 2) // 3}", 3, DATES),
    ("date-quarter-and-year", 3, lambda s: f"Q{(int(s[5:7]) + 2) // 3} {s[:4]}", 3, DATES),
    ("date-weekday", 3, dated("%A"), 2, DATES),
    ("date-weekday-short", 3, dated("%a"), 3, DATES),
    ("date-next-day", 3, lambda s: str(date.fromisoformat(s) + timedelta(1)), 2, ["2023-04-17", "2010-07-31",
     *DATES[3:], "2015-12-31"]),
    ("date-add-week", 3, lambda s: str(date.fromisoformat(s) + timedelta(7)), 2, ["2023-04-17", "2010-07-30",
     *DATES[3:]]),
    ("date-month-and-year", 2, dated("%B %Y"), 2, DATES),
    ("date-decade", 2, lambda s: s[:3] + "0s", 2, DATES),
    ("date-from-columns", 1, lambda d, m, y: f"{y}-{m}-{d}", 1, [(d[8:], d[5:7], d[:4]) for d in DATES]),
    ("date-ordinal-day", 3, lambda s: ordinal(str(int(s[8:]))), 3, ["2023-04-17", "2000-01-01", "1999-05-22",
     *DATES[1:], "2012-02-03"]),
    ("stamp-date", 1, lambda s: s.split(" ")[0], 1, STAMPS),
    ("stamp-hour", 1, find(r" (\d+):"), 2, STAMPS),
    ("stamp-hour-minute", 1, lambda s: s[11:16], 2, STAMPS),
    ("stamp-iso", 1, lambda s: s.replace(" ", "T") + "Z", 1, STAMPS),
    ("stamp-file-safe", 2, sub("[^0-9]", ""), 2, STAMPS),
    ("time-24-to-12", 3, clock12, 3, CLOCK),
    ("time-12-to-24", 3, clock24, 3, CLOCK12),
    ("time-am-or-pm", 2, lambda s: "AM" if s < "12" else "PM", 3, CLOCK),
    ("time-part-of-day", 3, lambda s: "morning" if s < "12" else "afternoon" if s < "18" else "evening", 3,
     ["09:30", "14:15", "20:45", "10:59", "13:00", "22:30", "07:10", "16:40", "19:20", "11:05", "15:55"]),
    ("time-words", 1, lambda s: "{} h {} min".format(*s.split(":")), 1, CLOCK),
    ("time-to-minutes", 3, minutes, 3, ["1:30", "0:45", "2:05", "10:00", "3:33", "0:07", "12:15", "5:50", "8:01",
     "23:59"]),
    ("time-half-hour-slot", 3, half_hour, 3, [t for t in CLOCK if t != "23:59"]),
    ("time-round-down-hour", 1, lambda s: s[:2] + ":00", 2, CLOCK),
    ("duration-letters-to-clock", 2, sub(r"(\d+)h(\d+)m", r"\1:\2"), 2, ["2h15m", "10h40m", "0h55m", "7h30m", "1h11m",
     "23h59m", "4h20m", "12h12m"]),
    ("duration-minutes-to-clock", 3, lambda s: f"{int(s) // 60}:{int(s) % 60:02}", 3, ["90", "45", "125", "600", "61",
     "7", "1439", "240", "333", "59"]),
]

NUMBER_TASKS = [
    ("number-round-2", 2, lambda s: f"{float(s):.2f}", 3, DECIMALS),
    ("number-round-1", 2, lambda s: f"{float(s):.1f}", 3, DECIMALS),
    ("number-round-whole", 2, lambda s: f"{float(s):.0f}", 3, DECIMALS),
    ("number-floor", 1, lambda s: s.split(".")[0], 3, ["27.6789", "3.14159", *DECIMALS]),
    ("number-fraction-digits", 1, lambda s: s.split(".")[1], 2, DECIMALS),
    ("number-truncate-2", 2, find(r"(\d+\.\d\d)"), 3, ["27.6789", *DECIMALS]),
    ("number-thousands", 2, lambda s: f"{int(s):,}", 3, NUMBERS),
    ("number-thousands-spaces", 2, lambda s: f"{int(s):,}".replace(",", " "), 3, NUMBERS),
    ("number-drop-commas", 1, lambda s: s.replace(",", ""), 2, [f"{int(n):,}" for n in NUMBERS]),
    ("number-pad-5", 1, lambda s: s.zfill(5), 2, ["42", "137", "5", "9001", "88888", "10", "606", "7312", "0", "99"]),
    ("number-pad-3-with-prefix", 2, lambda s: "ID" + s.zfill(3), 2, ["42", "7", "137", "5", "900", "10", "606", "73",
     "99"]),
    ("number-strip-zeros", 1, lambda s: s.lstrip("0"), 2, ["00042", "0137", "5", "0009001", "0888", "0000010", "606",
     "073120", "01"]),
    ("number-strip-trailing-zeros", 3, lambda s: s.rstrip("0").rstrip("."), 3, ["2.500", "10.00", "3.14", "0.70",
     "100.0", "8.050", "42.000", "6.6", "9.10",
     "20.0"]),
    ("number-percent", 2, lambda s: f"{float(s):.0%}", 2, ["0.25", "0.07", "0.5", "1.0", "0.99", "0.33", "0.68", "0.01",
     "0.9", "0.42"]),
    ("number-percent-to-decimal", 3, lambda s: f"{int(s[:-1]) / 100:.2f}", 3, ["25%", "7%", "100%", "50%", "99%", "33%",
     "68%", "1%", "90%", "250%"]),
    ("number-dollars", 1, lambda s: f"${float(s):.2f}", 3, ["5", "12.5", "7.25", "100", "0.5", "19.99", "3.1", "42",
     "88.80", "250.4"]),
    ("number-dollars-thousands", 2, lambda s: f"${int(s):,}.00", 3, NUMBERS),
    ("number-currency-to-plain", 2, sub("[$,]", ""), 2, ["$1,234.50", "$5.00", "$89,123.99", "$1,000,000.00", "$0.75",
     "$450.10", "$12,500.05", "$77.70"]),
    ("number-euro-comma", 2, lambda s: s.replace(".", ",") + " €", 2, ["12.50", "7.99", "100.00", "0.45", "63.10",
     "1999.95", "8.08", "24.00"]),
    ("number-bin-tens", 3, decade, 3, ["27", "40", "135", "63", "8", "99", "50", "12", "204", "76"]),
    ("number-ordinal", 2, ordinal, 3, ["1", "22", "13", "3", "4", "11", "21", "33", "42", "100", "7"]),
    ("number-negative-in-parentheses", 2, lambda s: f"({s[1:]})" if s[0] == "-" else s, 2, ["-42", "17", "-5", "300",
     "-1999", "8", "-60", "77", "-3.5", "0"]),
    ("number-sign-off", 1, lambda s: s.lstrip("-"), 2, ["-3.5", "17", "-42", "17", "-5", "300", "-1999", "8", "-60", "77", "-3.5"]),
    ("number-unit-only", 2, lambda s: s.split(" ")[1], 2, MEASURES),
    ("number-before-unit", 1, lambda s: s.split(" ")[0], 2, MEASURES),
    ("number-split-unit", 2, sub(r"([\d.]+)(\D+)", r"\1 \2"), 2, [m.replace(" ", "") for m in MEASURES]),
    ("number-unit-in-brackets", 2, lambda s: "{} [{}]".format(*s.split(" ")), 1, MEASURES),
    ("number-file-size", 3, file_size, 3, ["512", "2048", "10240", "100", "1024", "51200", "7", "1000", "307200",
     "4096", "768"]),
    ("number-even-or-odd", 2, lambda s: "odd" if int(s) % 2 else "even", 3, ["14", "7", "103", "22", "95", "300", "61",
     "8", "1001", "46"]),
    ("number-double", 2, lambda s: str(2 * int(s)), 2, ["14", "75", "103", "22", "95", "300", "61", "8", "1001", "46"]),
    ("number-increment", 2, lambda s: str(int(s) + 1), 3, ["14", "75", "199", "22", "95", "300", "69", "8", "1001",
     "999"]),
    ("number-increment-suffix", 3, lambda s: re.sub(r"\d+", lambda m: str(int(m[0]) + 1), s), 2, ["item9", "row14",
     "page1", "step99", "v7", "file20", "x109",
     "day30", "box8"]),
    ("number-pass-or-fail", 3, lambda s: "pass" if int(s) >= 60 else "fail", 3, ["95", "59", "60", *GRADES]),
    ("number-range-from-columns", 1, lambda a, b: f"{a}-{b}", 1, [("3", "9"), ("10", "20"), ("1", "100"), ("45", "46"),
     ("7", "77"), ("0", "5"), ("200", "999"),
     ("12", "15")]),
    ("number-range-low", 1, lambda s: s.split("-")[0], 2, ["20-30", "5-19", "100-250", "1-2", "77-80", "0-999", "33-34",
     "450-1000"]),
    ("number-count-digits", 2, lambda s: str(len(s)), 2, NUMBERS),
    ("number-last-digit", 1, lambda s: s[-1], 2, NUMBERS),
]

CODE_TASKS = [
    ("sku-prefix", 1, lambda s: s.split("-")[0], 2, SKUS),
    ("sku-number", 1, lambda s: s.split("-")[1], 2, SKUS),
    ("sku-size", 1, lambda s: s.split("-")[2], 2, SKUS),
    ("sku-reorder", 1, lambda s: "{1}/{0}/{2}".format(*s.split("-")), 2, SKUS),
    ("sku-drop-dashes-lower", 2, lambda s: s.replace("-", "").lower(), 2, SKUS),
    ("key-groups-of-4", 2, lambda s: grouped(s, 4, "-"), 2, ["ABCD1234EFGH5678", "QWER0987TYUI6543", "ZZZZ1111YYYY2222",
     "K9J8H7G6F5D4S3A2", "MNBVCXZLKJHGFDSA",
     "1234567890ABCDEF", "A1B2C3D4E5F6G7H8", "PPPPQQQQRRRRSSSS"]),
    ("key-join-groups", 1, lambda s: s.replace("-", ""), 1, ["ABCD-1234-EFGH", "QWER-0987-TYUI", "ZZ-11",
     "K9J8-H7G6-F5D4-S3A2", "MNB-VCX-ZLK", "12-34-56-78", "A-B-C",
     "PPPP-QQQQ"]),
    ("mac-colons", 2, lambda s: grouped(s, 2, ":"), 1, ["0a1b2c3d4e5f", "ffeeddccbbaa", "001122334455", "deadbeef0042",
     "a0b1c2d3e4f5", "1234567890ab", "c0ffee123456",
     "9f8e7d6c5b4a"]),
    ("iban-groups", 2, grouped, 2, ["DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606",
     "NO9386011117947", "CH9300762011623852957",
     "ES9121000418450200051332", "AT611904300234573201", "BE68539007547034"]),
    ("card-groups", 1, grouped, 1, CARDS),
    ("card-last-4-masked", 2, lambda s: "**** **** **** " + s[-4:], 1, CARDS),
    ("card-stars", 2, lambda s: "*" * (len(s) - 4) + s[-4:], 2, ["4111111111111111", "123456789", "5500005555555559",
     "90210777", "6011000990139424", "445566",
     "3530111333300000", "1234567890", "88887777666"]),
    ("ssn-mask", 2, lambda s: "XXX-XX-" + s[-4:], 1, ["123-45-6789", "987-65-4321", "111-22-3333", "555-00-1234",
     "404-12-9090", "770-31-0057", "219-09-9999",
     "078-05-1120"]),
    ("password-stars", 2, lambda s: "*" * len(s), 2, ["hunter2", "secret", "pa55", "letmein123", "x", "open sesame",
     "0000", "abcdefgh"]),
    ("bibtex-key", 3, bibkey, 2, [("Knuth, Donald", "Literate Programming", "1984"), ("Lamport, Leslie", "Time Clocks",
     "1978"),
     ("Turing, Alan", "Computing Machinery", "1950"), ("Hoare, Tony", "Communicating Processes", "1985"),
     ("Shannon, Claude", "Mathematical Theory", "1948"),
     ("Backus, John", "Can Programming", "1977"), ("Milner, Robin", "Theory of Types", "1978"), ("Codd, Edgar",
     "Relational Model", "1970")]),
    ("citation-short", 2, lambda a, y: f"({a.split(', ')[0]}, {y})", 1, list(zip(LAST_FIRST, (d[:4] for d in DATES)))),
    ("invoice-number", 2, lambda n, d: f"INV-{d[:4]}-{n.zfill(4)}", 2, list(zip(["7", "42", "310", "9999", "85", "1204",
     "3", "66", "501"], DATES))),
    ("flight-split", 2, sub(r"([A-Z]+)(\d+)", r"\1 \2"), 2, ["BA117", "LH9", "KLM4021", "AF83", "UA1500", "QF12",
     "SAS990", "JL5"]),
    ("version-major", 1, lambda s: s.split(".")[0], 2, VERSIONS),
    ("version-major-minor", 1, lambda s: s.rsplit(".", 1)[0], 2, VERSIONS),
    ("version-tag", 1, lambda s: "v" + s.replace(".", "_"), 1, VERSIONS),
    ("version-bump-patch", 3, lambda s: s.rsplit(".", 1)[0] + "." + str(int(s.rsplit(".", 1)[1]) + 1), 2, VERSIONS),
    ("version-bump-minor", 3, lambda s: "{}.{}.0".format(s.split(".")[0], int(s.split(".")[1]) + 1), 3, VERSIONS),
    ("color-hex-to-red", 1, lambda s: s[1:3], 2, ["#1a2b3c", "#ff8800", "#00c0de", "#abcdef", "#123456", "#9d9d7f",
     "#5500aa", "#e0e1e2"]),
    ("isbn-dashes-off", 1, lambda s: s.replace("-", ""), 1, ["978-3-16-148410-0", "0-306-40615-2", "978-0-13-110362-7",
     "1-86197-271-7", "978-1-4028-9462-6",
     "0-19-852663-6", "99921-58-10-7", "978-0-262-03384-8"]),
    ("gene-position", 2, find(r":(\d+)-"), 2, ["chr1:1050-2000", "chrX:77-99", "chr22:500000-500900", "chr7:8-12",
     "chrM:301-4400", "chrY:12-13", "chr10:9999-10001",
     "chr3:61-62"]),
    ("commit-short", 1, lambda s: s[:7], 1, ["9fceb02d0ae598e95dc970b74767f19372d61af8",
     "e83c5163316f89bfbde7d9ab23ca2e25604af290", "0b6078e1122334455667788",
     "13303d1abcdefabcdef", "e30dab1ffff00009999", "aaf1dd9123123", "2ee40e1deadbeef", "ce3b616cafe"]),
]

ADDRESS_TASKS = [
    ("address-city", 1, lambda s: s.split(", ")[1], 2, ADDRESSES),
    ("address-zip", 1, lambda s: s[-5:], 1, ADDRESSES),
    ("address-state", 2, find(r", (\w\w) "), 2, ADDRESSES),
    ("address-street-line", 1, lambda s: s.split(",")[0], 1, ADDRESSES),
    ("address-house-number", 1, lambda s: s.split(" ")[0], 2, ADDRESSES),
    ("address-street-no-number", 2, find(r"^\d+ ([^,]+)"), 2, ADDRESSES),
    ("address-city-state", 2, find(r", (.*) \d+$"), 2, ADDRESSES),
    ("address-from-columns", 1, lambda c, s, z: f"{c}, {s} {z}", 1, [("Boise", "ID", "83702"), ("New York", "NY",
     "10001"), ("Austin", "TX", "78701"),
     ("Fargo", "ND", "58102"), ("Salt Lake City", "UT", "84101"), ("Dover", "DE", "19901"), ("Portland", "OR", "97201"),
     ("Reno", "NV", "89501")]),
    ("address-zip-plus-four-short", 2, lambda s: s[:5], 2, ["62701-1234", "97201", "33139-0007", "84101-5555", "83702",
     "10001-4321", "78701", "58102-9090", "19901"]),
    ("address-german-postcode", 2, find(r"(\d{5})"), 2, ["Hauptstraße 5, 10115 Berlin", "Am Markt 12, 80331 München",
     "Königsallee 101, 40212 Düsseldorf",
     "Weg 3, 50667 Köln", "Ring 44, 01067 Dresden", "Allee 9, 20095 Hamburg", "Platz 1, 70173 Stuttgart",
     "Gasse 77, 99084 Erfurt"]),
    ("city-country", 1, lambda s: "{} ({})".format(*s.split(", ")), 1, ["Paris, France", "São Paulo, Brazil",
     "Oslo, Norway", "Kraków, Poland", "Cairo, Egypt", "Hanoi, Vietnam",
     "Lima, Peru", "New Delhi, India"]),
    ("coordinates-latitude", 2, find(r"\(([-\d.]+)"), 2, ["(48.85, 2.35)", "(-33.86, 151.2)", "(40.7, -74.0)",
     "(0.5, 9.45)", "(-1.29, 36.82)", "(59.91, 10.75)", "(35, 139)",
     "(-54.8, -68.3)"]),
    ("coordinates-labels", 2, sub(r"\((.*), (.*)\)", r"lat=\1 lon=\2"), 2, ["(48.85, 2.35)", "(-33.86, 151.2)",
     "(40.7, -74.0)", "(0.5, 9.45)", "(-1.29, 36.82)",
     "(59.91, 10.75)", "(35, 139)", "(-54.8, -68.3)"]),
]

LIST_TASKS = [
    ("list-join-semicolon", 1, lambda s: s.replace(",", "; "), 1, LISTS),
    ("list-join-pipe-from-words", 1, lambda s: s.replace(" ", " | "), 2, PHRASES),
    ("list-first", 1, lambda s: s.split(",")[0], 1, LISTS[6:] + LISTS[:6]),
    ("list-last", 1, lambda s: s.split(",")[-1], 2, LISTS[5:] + LISTS[:5]),
    ("list-second", 1, lambda s: s.split(",")[1], 2, LISTS),
    ("list-all-but-first", 2, lambda s: s.split(",", 1)[1], 2, LISTS),
    ("list-all-but-last", 2, lambda s: s.rsplit(",", 1)[0], 2, LISTS),
    ("list-reverse", 2, listed(lambda x: x[::-1]), 2, LISTS),
    ("list-sort", 2, listed(sorted), 2, LISTS[2:] + LISTS[:2]),
    ("list-dedupe", 3, listed(unique), 2, ["b,a,b,c,a", "red,red,blue", *DUPLICATES]),
    ("list-count", 2, lambda s: str(s.count(",") + 1), 3, LISTS),
    ("list-and", 3, spoken_list, 3, LISTS),
    ("list-quote-each", 2, listed(lambda x: [f"'{w}'" for w in x], join=", "), 2, LISTS),
    ("list-brackets", 1, lambda s: "[" + s.replace(",", ", ") + "]", 1, LISTS),
    ("list-capitalize-each", 2, listed(lambda x: [w.capitalize() for w in x]), 1, LISTS),
    ("list-swap-first-two-columns", 2, lambda s: ",".join([*s.split(",")[1::-1], *s.split(",")[2:]]), 2, CSV[4:] + CSV[:4]),
    ("list-initials", 2, listed(lambda x: [w[0].upper() for w in x], join=""), 2, LISTS),
    ("csv-third-cell", 1, lambda s: s.split(",")[2], 2, CSV),
    ("csv-second-cell", 1, lambda s: s.split(",")[1], 2, CSV),
    ("csv-sentence", 2, lambda s: "{0} ({1}) lives in {2}".format(*s.split(",")), 1, CSV),
    ("csv-drop-second", 2, lambda s: "{0},{2},{3}".format(*s.split(",")), 2, CSV),
    ("csv-tabs", 1, lambda s: s.replace(",", "\t"), 1, CSV),
    ("csv-quoted-cell", 2, find('"(.*)"'), 2, ['1,"Smith, Bo",x', '22,"a, b, c",yes', '7,"Oslo, Norway",n', '90,"hi",m',
     '5,"1,5",kg', '13,"Doe, Jane",q', '8,"x; y, z",r',
     '44,"no comma",t']),
]

CASE_TASKS = [
    ("case-upper", 1, str.upper, 1, PHRASES),
    ("case-lower", 1, str.lower, 1, TITLES),
    ("case-title", 1, str.title, 1, PHRASES),
    ("case-sentence", 2, str.capitalize, 2, TITLES),
    ("case-sentence-with-stop", 2, lambda s: s.capitalize() + ".", 1, PHRASES),
    ("case-upper-non-ascii", 1, str.upper, 2, ["café olé", "привет мир", "jürgen", "ñandú", "łódź", "ἀθήνα", "årstid",
     "žluťoučký kůň", "crème brûlée"]),
    ("case-to-snake", 1, lambda s: s.lower().replace(" ", "_"), 2, TITLES),
    ("case-to-camel", 2, lambda s: s[0].lower() + s.replace(" ", "")[1:], 2, TITLES),
    ("case-to-pascal", 1, words(str.capitalize, ""), 2, PHRASES),
    ("case-to-constant", 1, lambda s: s.upper().replace(" ", "_"), 1, PHRASES),
    ("case-snake-to-camel", 2, sub("_(.)", lambda m: m[1].upper()), 2, SNAKE),
    ("case-snake-to-title", 2, lambda s: s.replace("_", " ").title(), 2, SNAKE),
    ("case-snake-to-kebab", 1, lambda s: s.replace("_", "-"), 2, SNAKE),
    ("case-camel-to-snake", 3, sub("([A-Z])", lambda m: "_" + m[1].lower()), 2, CAMEL),
    ("case-camel-to-words", 3, sub("([A-Z])", lambda m: " " + m[1].lower()), 2, CAMEL),
    ("case-camel-to-constant", 3, lambda s: re.sub("([A-Z])", r"_\1", s).upper(), 2, CAMEL),
    ("case-kebab-to-pascal", 2, lambda s: s.title().replace("-", ""), 2, [s.replace("_", "-") for s in SNAKE]),
    ("case-first-word-upper", 2, lambda s: " ".join([s.split(" ")[0].upper(), *s.split(" ")[1:]]), 2, PHRASES),
    ("acronym", 1, lambda s: initials(s).upper(), 2, PHRASES),
    ("acronym-capitals-only", 2, sub("[^A-Z]", ""), 2, ["Portable Network Graphics", "Department of Energy",
     "Hypertext Transfer Protocol", "Lord of the Rings",
     "Random Access Memory", "United States of America", "Bank of England", "World Health Organization",
     "Institute for Advanced Study"]),
    ("acronym-in-parentheses", 2, lambda s: f"{s} ({initials(s)})", 1, TITLES),
]

CLEAN_TASKS = [
    ("trim", 1, str.strip, 2, ["  hello  ", " a b ", *(s for s in SPACED if "  " not in s.strip()), "   up", "down  ",
     "  in and out ", " mid ", "no change"]),
    ("squeeze-spaces", 2, lambda s: " ".join(s.split()), 3, SPACED),
    ("remove-spaces", 1, lambda s: s.replace(" ", ""), 2, SPACED),
    ("keep-digits", 1, sub(r"\D", ""), 2, ["a1b2c3", "room 101", *STRAYS]),
    ("drop-digits", 2, sub(r"\d", ""), 2, STRAYS),
    ("keep-letters", 2, sub("[^A-Za-z]", ""), 3, ["x-15 rocket", "3 blind mice, 1 cat", *STRAYS]),
    ("first-number", 2, find(r"(\d+)"), 3, ["x-15 rocket", "7 of 9", "area51", *STRAYS]),
    ("drop-punctuation", 2, sub(r"[^\w\s]", ""), 2, ["Hello, World!", "Well... (maybe)?", "it's", "a; b: c",
     "no change", "Stop! Go!", "end.", "yes, no, yes", "(x) [y]"]),
    ("dashes-to-spaces", 1, lambda s: s.replace("-", " "), 1, ["well-known", "up-to-date", "mother-in-law", "x-ray",
     "one-two-three-four", "plain", "a-b", "off-by-one"]),
    ("between-parentheses", 1, find(r"\((.*)\)"), 2, BRACKETS),
    ("before-parenthesis", 2, find(r"(.*?) \("), 2, BRACKETS),
    ("drop-parentheses-part", 3, sub(r" \(.*\)", ""), 3, BRACKETS),
    ("between-quotes", 1, find('"(.*?)"'), 2, ['he said "yes"', 'the "big one" is here', '"start" of it', 'x = "42";',
     'call it "a, b"', 'say "no way" now', '"end"',
     'print("hi there")']),
    ("between-brackets", 1, find(r"\[(.*)\]"), 2, LOGS),
    ("key-of-setting", 1, lambda s: s.split("=")[0], 1, SETTINGS[1:] + SETTINGS[:1]),
    ("value-of-setting", 1, lambda s: s.split("=")[1], 1, SETTINGS[2:] + SETTINGS[:2]),
    ("setting-to-json", 2, lambda s: '"{}": "{}"'.format(*s.split("=")), 1, SETTINGS),
    ("setting-to-option", 2, lambda s: "--" + s.replace("_", "-"), 2, ["color=red", "max_size=1024", "dry_run=true",
     *SETTINGS, "log_file=out", "no_color=1"]),
    ("setting-from-columns", 1, lambda k, v: f"{k}={v};", 1, [tuple(s.split("=")) for s in SETTINGS]),
    ("log-level", 1, lambda s: s.split(" ")[2], 2, LOGS),
    ("log-message", 2, lambda s: s.split("] ")[1], 2, LOGS),
    ("log-time", 1, lambda s: s.split(" ")[1], 1, LOGS),
    ("log-level-and-part", 2, lambda s: s.split(" ")[2] + ":" + find(r"\[(.*)\]")(s), 2, LOGS),
    ("log-day-and-level", 2, lambda s: s[5:10] + " " + s.split(" ")[2].lower(), 2, LOGS),
    ("after-colon", 1, lambda s: s.split(": ")[1], 1, ["Subject: hello there", "Name: Ada", "City: New York", "Total: 42.50",
     "Subject: hello there", "Status: OK", "Tags: a, b", "Year: 1999", "Note: see page 3"]),
    ("first-character", 1, lambda s: s[0], 2, NAMES),
    ("first-three-upper", 1, lambda s: s[:3].upper(), 2, WORLD[:1] + PHRASES),
    ("last-three", 1, lambda s: s[-3:], 2, PHRASES),
    ("drop-first-and-last-character", 1, lambda s: s[1:-1], 2, ["[abc]", "(x, y)", "'hello'", "(x, y)", "{1}", "<tag>", "*bold*",
     "_it_", "|cell|", "/re/"]),
    ("drop-last-character", 1, lambda s: s[:-1], 2, ["hello;", "return 0;", "x = 1;", "return 0;", "go();", "a, b;", "end;", "i++;",
     "break;"]),
    ("repeat-three-times", 1, lambda s: s * 3, 1, ["ab", "x", "ha", "one ", "-=", "42", "(o)", "é", "😀"]),
    ("word-count", 2, lambda s: str(len(s.split(" "))), 3, PHRASES),
    ("length", 2, lambda s: str(len(s)), 2, PHRASES),
    ("second-word", 1, lambda s: s.split(" ")[1], 2, PHRASES),
    ("remove-first-word", 1, lambda s: s.split(" ", 1)[1], 2, PHRASES),
    ("swap-first-and-last-word", 3, lambda s: " ".join([s.split(" ")[-1], *s.split(" ")[1:-1], s.split(" ")[0]]), 2,
     [p for p in PHRASES if p.count(" ") > 1] + ["go or stay"]),
    ("dedupe-letters", 3, lambda s: "".join(unique(s)), 2, ["banana", "hello", "mississippi", "committee", "abcabc",
     "bookkeeper", "zoo", "aaa", "level"]),
    ("emoji-first", 2, lambda s: s.split(" ")[0], 2, ["😀 happy", "🚀 launch day", "🐍 snake", "🍎 an apple", "❤ love",
     "🎉 party time", "🐧 penguin", "☕ coffee"]),
    ("emoji-to-end", 2, lambda s: " ".join([s.split(" ", 1)[1], s.split(" ")[0]]), 2, ["😀 happy", "🚀 launch day",
     "🐍 snake", "🍎 an apple", "❤ love", "🎉 party time", "🐧 penguin", "☕ coffee"]),
    ("first-letter-upper", 1, lambda s: s[0].upper(), 2, ["yes", "no", "maybe", "later", "always", "quit", "perhaps",
     "help"]),
]

CONDITION_TASKS = [
    ("if-question", 2, lambda s: "question" if s.endswith("?") else "statement", 2, ["Are you well?", "I am well.",
     "What now?", "Go home.", "Is it 5?", "It rains.", "Why not?", "Here we are.", "Who?"]),
    ("if-contains-error", 2, lambda s: "bad" if "error" in s else "good", 3, ["disk error on sda", "all fine",
     "error: no route", "ready", "fatal error", "done in 3 s",
     "no problem", "read error", "started", "an error occurred"]),
    ("if-empty-then-unknown", 2, lambda s: s or "unknown", 2, ["Paris", "", "Oslo", "Rome", "New York", "Lima", "Bonn",
     "Kyiv", "Riga"]),
    ("if-second-empty-use-first", 3, lambda a, b: b or a, 2, [("Robert", "Bob"), ("Maria", ""), ("William", "Bill"),
     ("Susan", ""), ("Elizabeth", "Liz"), ("Karl", ""),
     ("Thomas", "Tom"), ("Irene", ""), ("Edward", "Ted")]),
    ("if-country-code-missing-add", 3, lambda s: s if s.startswith("+") else "+1" + s, 2, ["2065550123",
     "+442079460958", "4152368740", "+4930123456", "3129947751",
     "+33140205050", "7185501234", "+81352530111", "6028675309"]),
    ("if-scheme-missing-add", 3, lambda s: s if s.startswith("https://") else "https://" + s, 2, ["example.com",
     "https://a.org", "b.net/x", "https://shop.de/1", "news.fr",
     "https://q.io", "lib.edu/books", "https://z.org/?i=1", "map.info"]),
    ("plural-s", 1, lambda s: s + "s", 1, ["cat", "table", "car", "window", "idea", "tree", "lamp", "river"]),
    ("plural-y-to-ies", 3, lambda s: s[:-1] + "ies" if s.endswith("y") else s + "s", 2, ["city", "cat", "berry", "lamp",
     "story", "table", "lady", "river", "puppy", "tree"]),
    ("count-with-plural", 3, lambda n, w: f"{n} {w}" + ("" if n == "1" else "s"), 2, [("1", "cat"), ("3", "dog"), ("1",
     "lamp"), ("12", "egg"), ("0", "car"), ("1", "tree"),
     ("40", "mile"), ("2", "idea"), ("1", "day")]),
    ("truncate-with-dots", 3, lambda s: s if len(s) <= 10 else s[:10] + "...", 2, ["the quick brown fox", "short",
     "a rather long sentence", "tiny", "programming languages",
     "word", "hello there, you", "ok then", "benchmarks of all kinds"]),
    ("article-a-or-an", 3, lambda s: ("an " if s[0] in "aeiou" else "a ") + s, 3, ["apple", "car", "egg", "igloo",
     "lamp", "orange", "tree", "umbrella", "dog", "idea", "window"]),
    ("move-article-to-end", 3, lambda s: s[4:] + ", The" if s.startswith("The ") else s, 2, ["The Hobbit", "Moby Dick",
     "The Old Man", "Hamlet", "The Trial", "Emma", "The Raven",
     "Brave New World", "The Iliad", "Dracula"]),
    ("gender-from-title", 3, lambda s: "M" if s.startswith("Mr. ") else "F", 2, ["Mr. Tom Fox", "Mrs. Carla Diaz",
     "Mr. Alan Kay", "Mrs. Ida Rhodes", "Mr. Bo Li", "Mrs. Eva Moon", "Mr. Karl Roe",
     "Mrs. Zoe Quinn", "Mr. Ian Ash"]),
    ("sign-word", 2, lambda s: "loss" if s.startswith("-") else "gain", 2, ["-42", "17", "-5", "300", "-1999", "8",
     "-60", "77", "-3.5", "12"]),
    ("columns-greater-wins", 3, lambda a, b: a if int(a) > int(b) else b, 3, [("3", "7"), ("12", "9"), ("40", "100"),
     ("8", "5"), ("77", "78"), ("1000", "999"), ("2", "11"),
     ("60", "50"), ("31", "13")]),
    ("columns-same-or-different", 2, lambda a, b: "same" if a == b else "different", 2, [("cat", "cat"), ("cat", "dog"),
     ("x", "x"), ("x", "y"), ("42", "42"), ("42", "24"),
     ("red", "red"), ("red", "reds"), ("a b", "a b")]),
]

COLUMN_TASKS = [
    ("columns-dash", 1, lambda a, b: f"{a} - {b}", 1, list(zip(PHRASES, NAMES))),
    ("columns-quote-and-author", 2, lambda t, a: f'"{t.title()}" by {a}', 1, list(zip(PHRASES, NAMES))),
    ("columns-city-temperature", 1, lambda c, t: f"{c}: {t}°C", 1, [("Oslo", "-3"), ("Cairo", "35"), ("Lima", "19"),
     ("Riga", "4"), ("Rome", "28"), ("Nuuk", "-11"), ("Quito", "15"),
     ("Bonn", "8")]),
    ("columns-sql-insert", 2, lambda n, a: f"INSERT INTO t VALUES ('{n}', {a});", 1,
     [tuple(c.split(",")[:2]) for c in CSV]),
    ("columns-initial-and-year", 2, lambda n, d: n[0] + d[2:4], 2, list(zip(NAMES, DATES))),
    ("columns-shorter-name-tag", 2, lambda n, c: f"{n.split(' ')[0]}@{c.lower()}", 2, list(zip(NAMES, ["HR", "IT",
     "Sales", "Legal", "IT", "Ops", "Lab", "Press", "Shop"]))),
    ("columns-first-letters-lower", 2, lambda a, b, c: (a[0] + b[0] + c[0]).lower(), 2,
     [tuple(n.split(" ")) for n in THREE]),
    ("columns-prefix-removed", 3, lambda p, s: s.removeprefix(p), 2, [("un", "unhappy"), ("pre", "preview"), ("re",
     "rewrite"), ("dis", "disagree"), ("inter", "internet"),
     ("sub", "submarine"), ("anti", "antibody"), ("over", "overcoat")]),
    ("columns-replace", 3, lambda s, a, b: s.replace(a, b), 2, [("red car", "red", "blue"), ("my cat sat", "cat",
     "dog"), ("a-b-c", "-", "+"), ("hello world", "world", "moon"),
     ("1.5 kg", ".", ","), ("north pole", "north", "south"), ("tea time", "tea", "coffee"), ("x y z", " ", "_")]),
]

TABLE = [
    *NAME_TASKS, *PHONE_TASKS, *WEB_TASKS, *PATH_TASKS, *DATE_TASKS, *NUMBER_TASKS, *CODE_TASKS, *ADDRESS_TASKS,
     *LIST_TASKS, *CASE_TASKS,
    *CLEAN_TASKS, *CONDITION_TASKS, *COLUMN_TASKS,
]
