"""A small OneRoster 1.1 package, written by hand: two classes of one term, two students, a teacher and a guardian."""

from __future__ import annotations

import io
import zipfile

MANIFEST = """\
propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.academicSessions,{mode}
file.categories,absent
file.classes,{mode}
file.classResources,absent
file.courses,{mode}
file.courseResources,absent
file.demographics,absent
file.enrollments,{mode}
file.lineItems,absent
file.orgs,{mode}
file.resources,absent
file.results,absent
file.users,{mode}
source.systemName,Small SIS
"""

ORGS = """\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
org-1,,,School of Computing,school,cs,
"""

SESSIONS = """\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
t-1,,,Spring,term,2026-02-01,2026-07-01,,2026
t-2,,,Summer,term,2026-07-01,2026-09-01,,2026
"""

COURSES = """\
sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
co-1,,,,Algorithms,ALG,,org-1,,
"""

CLASSES = """\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
cl-1,,,Algorithms A,,co-1,ALG-A,scheduled,Room 12,org-1,t-1,,,
cl-2,,,,,co-1,ALG-B,scheduled,,org-1,"t-1,t-2",,,
"""

USERS = """\
sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
u-1,,,true,org-1,student,ada.l,,Ada,Lovelace,,s-ada,,,,,,
u-2,,,true,org-1,student,s-grace,{LDAP:ghopper},Grace,Hopper,,,grace@example.org,,,,,
u-3,,,true,org-1,teacher,knuth,{SSO:t-knuth},Donald,Knuth,,,,,,,,
u-4,,,true,org-1,guardian,byron,,Anne,Byron,,,,,,u-1,,
"""

ENROLLMENTS = """\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e-1,,,cl-1,org-1,u-1,student,,,
e-2,,,cl-1,org-1,u-2,student,,2026-03-01,2026-06-01
e-3,,,cl-1,org-1,u-3,teacher,true,,
e-4,,,cl-2,org-1,u-1,student,,,
e-5,,,cl-1,org-1,u-4,guardian,,,
"""


def package(mode="bulk", **changed) -> dict[str, str]:
    """The texts of its files; `changed` replaces one by its name, None leaves it out."""
    files = {
        "manifest": MANIFEST.replace("{mode}", mode),
        "orgs": ORGS,
        "academicSessions": SESSIONS,
        "courses": COURSES,
        "classes": CLASSES,
        "users": USERS,
        "enrollments": ENROLLMENTS,
    }
    return {name: text for name, text in (files | changed).items() if text is not None}


def delta(**changed) -> dict[str, str]:
    """Only the files that are given; the manifest calls the others absent."""
    lines = [f"file.{name},{'delta' if name in changed else 'absent'}" for name in package() if name != "manifest"]
    manifest = "\n".join(["propertyName,value", "manifest.version,1.0", "oneroster.version,1.1", *lines])
    return {"manifest": manifest, **changed}


def enrollments(*rows) -> str:
    return "\n".join([ENROLLMENTS.partition("\n")[0], *rows]) + "\n"


def zipped(files: dict[str, str], folder="") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{folder}{name}.csv", text)
    return data.getvalue()
