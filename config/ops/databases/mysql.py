"""Which driver speaks to MySQL and MariaDB: mysqlclient where someone has installed it, else PyMySQL.

mysqlclient is C and faster, but is compiled against headers of the system; PyMySQL is one wheel for every machine.
"""

from __future__ import annotations

from importlib import import_module


def choose_driver() -> str:
    """The driver's name. Afterwards Django finds it under the only name that it knows."""
    try:
        import_module("MySQLdb")
    except ImportError:
        import pymysql

        pymysql.install_as_MySQLdb()
        return "PyMySQL"
    return "mysqlclient"
