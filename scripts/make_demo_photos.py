#!/usr/bin/env python3
"""Draws the photos of the demo city: flat pictures of study sessions, all clearly different from each other.

Needs Pillow (pip install pillow) and, for the words on banners, a Chinese font; neither is needed to build or
run the product, because the drawings are committed.

    scripts/make_demo_photos.py            draw all into demo/photos and check them
    scripts/make_demo_photos.py --check    only check what is there

A picture is accepted only when it is further than MIN_DISTANCE of 64 bits from every earlier one, in a difference
hash and in a DCT hash, so that the look-alike check stays quiet. Three repeats are then made on purpose.
"""

import argparse
import csv
import io
import math
import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FOLDER = Path(__file__).resolve().parent.parent / "demo" / "photos"
SEED = 20240416
SIZE = (640, 480)
SCALE = 2  # drawn twice as large and reduced, for smooth edges
MIN_DISTANCE = 19  # asked for when drawing; the promise is "more than 14"
PROMISE = 14
MAX_BYTES = 15_000
COUNT = 33
FONTS = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
]

WALLS = ["#e9e4d8", "#dfe7ec", "#f2efe9", "#d9e2d5", "#e8dcd0", "#cfd6de", "#f5f1dc", "#c9c2b8", "#b9c6cf"]
FLOORS = ["#b79c7a", "#8d8f94", "#a5836a", "#c9c4ba", "#77706a", "#9fa9a3", "#6d5a4a"]
TABLES = ["#8a5a36", "#a97a4d", "#d5d0c6", "#5d4535", "#c49a6c", "#e4e0d8"]
UNIFORMS = ["#1f2f4d", "#26395c", "#2f4467", "#34507a"]
SHIRTS = ["#8fb0d6", "#a7bfdc", "#7f9fc6"]
SKINS = ["#e8b990", "#dfa77c", "#f0c8a2", "#c98f66"]
HAIRS = ["#1d1a19", "#2c2523", "#3b3431", "#77716c"]
SCREENS = ["#f7f9fc", "#dcecff", "#1e4d8f", "#fdf6e0", "#164a3c", "#a8241c"]
WORDS = ["集中学习", "科队学习", "学法用法", "业务培训", "以案释法", "每月一学"]


# ---- hashes ----------------------------------------------------------------------------------------------------


def dhash(image):
    """Difference hash: is each cell of a 9 × 8 grid brighter than its right neighbour?"""
    small = list(image.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes())
    bits = 0
    for row in range(8):
        for col in range(8):
            bits = bits << 1 | (small[row * 9 + col] > small[row * 9 + col + 1])
    return bits


_COS = [[math.cos((2 * x + 1) * u * math.pi / 64) for x in range(32)] for u in range(8)]


def phash(image):
    """DCT hash: is each of the 8 × 8 lowest frequencies of a 32 × 32 picture above their median?"""
    raw = image.convert("L").resize((32, 32), Image.Resampling.LANCZOS).tobytes()
    rows = [raw[i * 32 : i * 32 + 32] for i in range(32)]
    half = [[sum(row[x] * _COS[u][x] for x in range(32)) for u in range(8)] for row in rows]
    values = [sum(half[y][u] * _COS[v][y] for y in range(32)) for v in range(8) for u in range(8)]
    median = sorted(values[1:])[31]
    bits = 0
    for value in values:
        bits = bits << 1 | (value > median)
    return bits


def distance(one, other):
    return min((a ^ b).bit_count() for a, b in zip(one, other))


def hashes(image):
    return dhash(image), phash(image)


# ---- pieces ----------------------------------------------------------------------------------------------------


class Sketch:
    """A canvas in picture coordinates (640 × 480) that hides the scale."""

    def __init__(self, rng, background):
        self.rng = rng
        self.image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), background)
        self.draw = ImageDraw.Draw(self.image)

    def rect(self, x0, y0, x1, y1, fill, radius=0):
        box = [min(x0, x1) * SCALE, min(y0, y1) * SCALE, max(x0, x1) * SCALE, max(y0, y1) * SCALE]
        if radius:
            self.draw.rounded_rectangle(box, radius * SCALE, fill=fill)
        else:
            self.draw.rectangle(box, fill=fill)

    def poly(self, points, fill):
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def oval(self, x, y, rx, ry, fill):
        self.draw.ellipse([(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE], fill=fill)

    def line(self, x0, y0, x1, y1, fill, width=2):
        self.draw.line([x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE], fill=fill, width=int(width * SCALE))

    def words(self, x, y, text, size, fill):
        for path in FONTS:
            if Path(path).exists():
                font = ImageFont.truetype(path, int(size * SCALE))
                self.draw.text((x * SCALE, y * SCALE), text, font=font, fill=fill, anchor="mm")
                return

    def pick(self, choices):
        return self.rng.choice(choices)

    def banner(self, x0, y0, x1, y1):
        self.rect(x0, y0, x1, y1, "#b3261e")
        size = min((y1 - y0) * 0.68, (x1 - x0) / 6)
        self.words((x0 + x1) / 2, (y0 + y1) / 2, self.pick(WORDS), size, "#ffe9b0")

    def screen(self, x0, y0, x1, y1):
        self.rect(x0 - 4, y0 - 4, x1 + 4, y1 + 4, "#2b2d31")
        ground = self.pick(SCREENS)
        self.rect(x0, y0, x1, y1, ground)
        dark = sum(Image.new("RGB", (1, 1), ground).getpixel((0, 0))) < 380
        ink = "#f4f4f4" if dark else "#27508f"
        wide, high = x1 - x0, y1 - y0
        self.rect(x0 + wide * 0.1, y0 + high * 0.12, x0 + wide * self.rng.uniform(0.5, 0.85), y0 + high * 0.24, ink)
        for i in range(3):
            y = y0 + high * (0.4 + 0.17 * i)
            self.rect(x0 + wide * 0.1, y, x0 + wide * self.rng.uniform(0.4, 0.9), y + high * 0.06, ink)

    def window(self, x0, y0, x1, y1):
        self.rect(x0 - 4, y0 - 4, x1 + 4, y1 + 4, "#ffffff")
        self.rect(x0, y0, x1, y1, self.pick(["#bfe0f5", "#dff0fa", "#8fb7d4", "#fff7dd"]))
        self.poly([(x0, y1), (x0, y0 + (y1 - y0) * 0.7), (x1, y0 + (y1 - y0) * 0.55), (x1, y1)], "#8fae7f")
        self.line((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, "#ffffff", 4)

    def back(self, x, y, size):
        """Somebody from behind: shoulders and hair; (x, y) is the middle of the head."""
        self.rect(x - size * 1.25, y + size * 0.8, x + size * 1.25, y + size * 4, self.pick(UNIFORMS), size * 0.7)
        self.oval(x, y, size * 0.78, size, self.pick(HAIRS))
        self.rect(x - size * 0.35, y + size * 0.7, x + size * 0.35, y + size * 1.05, self.pick(SKINS))

    def face(self, x, y, size, shirt=False):
        """Somebody from the front, sitting or standing; (x, y) is the middle of the head."""
        coat = self.pick(SHIRTS if shirt else UNIFORMS)
        self.rect(x - size * 1.3, y + size * 0.95, x + size * 1.3, y + size * 4.2, coat, size * 0.7)
        if not shirt:
            self.poly([(x - size * 0.4, y + size), (x + size * 0.4, y + size), (x, y + size * 2)], "#cfd9e6")
        self.oval(x, y, size * 0.8, size, self.pick(SKINS))
        self.draw.chord(
            [(x - size * 0.84) * SCALE, (y - size * 1.1) * SCALE, (x + size * 0.84) * SCALE, (y + size * 0.7) * SCALE],
            180, 360, fill=self.pick(HAIRS),
        )

    def plant(self, x, y, size):
        self.rect(x - size * 0.3, y, x + size * 0.3, y + size * 0.6, "#7b4b2a")
        for i in range(7):
            a = math.pi * (0.12 + 0.76 * i / 6)
            self.poly([(x - 6, y), (x + 6, y), (x + math.cos(a) * size, y - math.sin(a) * size * 1.2)], "#3f7a3d")


# ---- scenes ----------------------------------------------------------------------------------------------------


def wall_and_floor(s, horizon):
    s.rect(0, 0, 640, horizon, s.pick(WALLS))
    s.rect(0, horizon, 640, 480, s.pick(FLOORS))


def wall_things(s, horizon, gaps):
    """Fills the gaps of the front wall with windows, a board, a door, flags or nothing."""
    for x0, x1 in gaps:
        if x1 - x0 < 50:
            continue
        kind = s.rng.randrange(5)
        if kind == 0:
            s.window(x0 + 8, horizon * 0.2, x1 - 8, horizon * 0.75)
        elif kind == 1:
            s.rect(x0 + 10, horizon * 0.25, x1 - 10, horizon * 0.7, s.pick(["#2e5d4a", "#ffffff", "#c8b48a"]))
        elif kind == 2:
            middle = (x0 + x1) / 2
            s.rect(middle - 28, horizon * 0.25, middle + 28, horizon, s.pick(["#6b4a33", "#8c6d52", "#3d4a57"]))
        elif kind == 3:
            s.plant((x0 + x1) / 2, horizon, min(60, (x1 - x0) / 2))


def classroom(s):
    """From the back of the room: heads in rows, a screen, somebody speaking."""
    horizon = s.rng.randint(190, 270)
    wall_and_floor(s, horizon)
    wide = s.rng.randint(170, 300)
    x = s.rng.randint(20, 620 - wide)
    top = s.rng.randint(20, 70)
    wall_things(s, horizon, [(0, x - 10), (x + wide + 10, 640)])
    s.screen(x, top + 34, x + wide, horizon - s.rng.randint(20, 50))
    if s.rng.random() < 0.7:
        s.banner(x - 10, top - 12, x + wide + 10, top + 18)
    side = x + wide + 40 if x < 230 else x - 40
    s.face(side, horizon - 55, 17, shirt=s.rng.random() < 0.5)
    s.rect(side - 34, horizon - 12, side + 34, horizon + 44, s.pick(TABLES))
    rows = s.rng.randint(2, 4)
    start = s.rng.uniform(0.1, 0.9)
    for row in range(rows):
        near = (row + 1) / rows
        size = 12 + 20 * near
        y = horizon + 40 + (370 - horizon) * near * near + s.rng.randint(-4, 4)
        s.rect(0, y + size * 2.6, 640, y + size * 3.4, s.pick(TABLES))
        step = size * s.rng.uniform(2.8, 3.8)
        at = -size + step * start
        while at < 660:
            if s.rng.random() < 0.82:
                s.back(at, y + s.rng.randint(-3, 3), size)
            at += step


def long_table(s):
    """A conference table seen from its end or from a corner."""
    horizon = s.rng.randint(120, 220)
    wall_and_floor(s, horizon)
    shift = s.rng.randint(-150, 150)
    wall_things(s, horizon, [(0, 190 + shift), (450 + shift, 640)])
    s.screen(220 + shift, 30, 420 + shift, horizon - 20)
    far, near = s.rng.randint(60, 120), s.rng.randint(190, 330)
    middle_far, middle_near = 320 + shift, 320 - shift // 2
    count = s.rng.randint(3, 6)
    seats = []
    for i in range(count):
        t = (i + 0.5) / count
        y = horizon + 20 + (430 - horizon) * t**1.4
        half = far + (near - far) * t**1.4
        middle = middle_far + (middle_near - middle_far) * t**1.4
        seats.append((middle, half, y, 11 + 17 * t))
    table = s.pick(TABLES)
    for middle, half, y, size in seats:
        for side in (-1, 1):
            if s.rng.random() < 0.88:
                s.face(middle + side * (half + size * 1.5), y - size * 1.6, size, shirt=s.rng.random() < 0.4)
    s.poly(
        [(middle_far - far, horizon + 40), (middle_far + far, horizon + 40), (middle_near + near, 480), (middle_near - near, 480)],
        table,
    )
    for middle, half, y, size in seats:
        for side in (-1, 1):
            x = middle + side * half * 0.72
            s.poly([(x - size, y + 6), (x + size, y + 6), (x + size * 1.1, y + size), (x - size * 1.1, y + size)], "#ffffff")


def audience(s):
    """From the lectern: everybody looks at us."""
    horizon = s.rng.randint(130, 230)
    wall_and_floor(s, horizon)
    count = s.rng.randint(1, 4)
    for i in range(count):
        x = 30 + i * 600 / count + s.rng.randint(-10, 30)
        if s.rng.random() < 0.75:
            s.window(x, 30, x + 400 / count * 0.8, horizon - 40)
    if s.rng.random() < 0.6:
        x = s.rng.randint(40, 260)
        s.banner(x, s.rng.randint(8, 40), x + s.rng.randint(240, 340), 78)
    rows = s.rng.randint(2, 4)
    for row in range(rows):
        near = (row + 1) / rows
        size = 13 + 19 * near
        y = horizon + 10 + (350 - horizon) * near**1.3
        step = size * s.rng.uniform(3.0, 4.2)
        x = s.rng.uniform(-0.5, 0.8) * step
        while x < 660:
            if s.rng.random() < 0.85:
                s.face(x, y + s.rng.randint(-4, 4), size, shirt=row % 2 == 0 and s.rng.random() < 0.3)
            x += step
        s.rect(0, y + size * 2.5, 640, y + size * 3.6, s.pick(TABLES))


def from_the_side(s):
    """Along the rows: a screen at one end, people in file towards it."""
    horizon = s.rng.randint(180, 300)
    wall_and_floor(s, horizon)
    s.poly([(0, 0), (s.rng.randint(90, 200), 60), (s.rng.randint(90, 200), horizon + 10), (0, 480)], s.pick(WALLS))
    s.screen(16, s.rng.randint(60, 110), s.rng.randint(110, 190), horizon - 30)
    for i in range(s.rng.randint(1, 3)):
        x = 240 + i * 140
        s.window(x, 40, x + s.rng.randint(80, 120), horizon - s.rng.randint(50, 90))
    s.face(s.rng.randint(180, 240), horizon - 30, 20)
    for line in range(s.rng.randint(2, 3)):
        y = horizon + 20 + line * 75
        size = 18 + line * 8
        for seat in range(s.rng.randint(3, 6)):
            x = 270 + line * -30 + seat * (size * 3.4)
            s.rect(x - size * 2.2, y + size * 1.8, x - size * 0.9, y + size * 4, s.pick(TABLES))
            if s.rng.random() < 0.9:
                s.back(x, y, size)


def round_tables(s):
    """Groups around tables, from above."""
    s.rect(0, 0, 640, 480, s.pick(FLOORS))
    edge = s.rng.randint(40, 110)
    s.rect(0, 0, 640, edge, s.pick(WALLS))
    if s.rng.random() < 0.7:
        x = s.rng.randint(20, 380)
        s.banner(x, 8, x + 230, min(edge - 6, 44))
    centres = s.pick([
        [(160, 250), (470, 330)], [(320, 280)], [(130, 190), (330, 360), (530, 200)], [(170, 340), (460, 200)],
        [(140, 180), (480, 180), (150, 380), (480, 380)], [(230, 260), (540, 260)], [(110, 300), (380, 250)],
    ])
    room = 130 if len(centres) < 3 else 78
    for cx, cy in centres:
        radius = s.rng.uniform(0.75, 1.15) * room
        seats = s.rng.randint(5, 9)
        turn = s.rng.uniform(0, 1)
        people = []
        for i in range(seats):
            a = 2 * math.pi * (i + turn) / seats
            people.append((cx + math.cos(a) * radius * 1.12, cy + math.sin(a) * radius * 0.72))
        people.sort(key=lambda p: p[1])
        size = radius * 0.17
        for x, y in people:
            if y < cy:
                s.face(x, y - size, size, shirt=s.rng.random() < 0.3)
        s.oval(cx, cy, radius, radius * 0.6, s.pick(TABLES))
        s.oval(cx, cy, radius * 0.3, radius * 0.16, "#ffffff")
        for x, y in people:
            if y >= cy:
                s.back(x, y - size, size)


def yard(s):
    """Standing in ranks before a building."""
    ground = s.rng.randint(230, 330)
    s.rect(0, 0, 640, ground, s.pick(["#bcd9ee", "#dbe6ee", "#e9e3d2", "#9dc0dc"]))
    left = s.rng.randint(-120, 220)
    roof = s.rng.randint(30, 120)
    house = s.pick(["#d8cdbd", "#b8beca", "#c98d6d", "#efe9df", "#8a97a8"])
    s.rect(left, roof, left + s.rng.randint(280, 480), ground, house)
    for row in range(2):
        for col in range(s.rng.randint(3, 6)):
            x = left + 30 + col * 68
            s.rect(x, roof + 24 + row * 66, x + 40, roof + 62 + row * 66, s.pick(["#7fa6c4", "#5e7f9c", "#e8f2f8"]))
    s.rect(0, ground, 640, 480, s.pick(["#9a9c98", "#b4aa96", "#7f8b78", "#c8c6c0"]))
    for i in range(s.rng.randint(0, 3)):
        x = s.rng.randint(0, 640)
        s.rect(x - 6, ground - 60, x + 6, ground, "#6b4a33")
        s.oval(x, ground - 90, 48, 56, s.pick(["#4f7f45", "#6b9455"]))
    lines = s.rng.randint(1, 3)
    size = s.rng.randint(15, 24)
    first, last = s.rng.randint(20, 160), s.rng.randint(420, 620)
    for line in range(lines):
        y = ground - 40 + line * size * 2.4
        x = first + line * size * 0.6
        while x < last:
            s.rect(x - size, y + size * 2, x + size, y + size * 6.4, "#1a2740", 4)
            s.face(x, y, size)
            x += size * 3
    captain = first - 60 if first > 110 else last + 20
    s.rect(captain - 22, ground + 60, captain + 22, ground + 150, "#1a2740", 4)
    s.face(captain, ground + 10, 23)


def horseshoe(s):
    """Tables in a U, the open side to the screen or to us."""
    horizon = s.rng.randint(110, 200)
    wall_and_floor(s, horizon)
    x = s.rng.randint(60, 380)
    s.screen(x, 24, x + s.rng.randint(140, 220), horizon - 16)
    wall_things(s, horizon, [(0, x - 20), (x + 230, 640)])
    top, bottom = horizon + 70, s.rng.randint(380, 440)
    left, right = s.rng.randint(60, 170), s.rng.randint(470, 580)
    wood = s.pick(TABLES)
    for i in range(s.rng.randint(4, 7)):
        s.face(left + 40 + i * (right - left - 60) / 6, top - 40, 17, shirt=s.rng.random() < 0.4)
    s.poly([(left, top), (right, top), (right + 10, top + 34), (left - 10, top + 34)], wood)
    for side, edge in ((-1, left), (1, right)):
        for i in range(s.rng.randint(2, 3)):
            y = top + 50 + i * 62
            s.face(edge + side * (42 + i * 12), y - 26, 19 + i * 3)
        s.poly([(edge - 12, top + 20), (edge + 24, top + 20), (edge + 26 + side * 44, bottom + 60), (edge - 30 + side * 44, bottom + 60)], wood)
    if s.rng.random() < 0.6:
        s.back(s.rng.randint(200, 440), 410, 42)


SCENES = [classroom, long_table, audience, from_the_side, round_tables, yard, horseshoe]


def light(rng, image):
    """Daylight from one side, a dim room, a bright corner: what makes two photos of one room differ."""
    shade = Image.new("L", (16, 12))
    ax, ay, bx, by = rng.uniform(-1, 1), rng.uniform(-1, 1), rng.random(), rng.random()
    base, slope, spot = rng.uniform(0.72, 1.0), rng.uniform(0.1, 0.4), rng.uniform(-0.35, 0.35)
    for y in range(12):
        for x in range(16):
            u, v = x / 15, y / 11
            value = base + slope * (ax * (u - 0.5) + ay * (v - 0.5)) + spot * math.exp(-6 * ((u - bx) ** 2 + (v - by) ** 2))
            shade.putpixel((x, y), max(60, min(255, int(235 * value))))
    shade = shade.resize(image.size, Image.Resampling.BICUBIC)
    return Image.composite(image, Image.new("RGB", image.size, "#141820"), shade)


def paint(rng, number):
    sketch = Sketch(rng, "#dddddd")
    SCENES[number % len(SCENES)](sketch)
    if rng.random() < 0.25:  # a pillar or a door frame close to the camera
        x = rng.choice([0, 0, 560, 580])
        sketch.rect(x, 0, x + rng.randint(50, 80), 480, rng.choice(["#4a4f57", "#d8d2c8", "#7a6a58"]))
    image = sketch.image
    if rng.random() < 0.5:
        image = mirrored_without_words(image, rng)
    zoom = rng.uniform(1.0, 1.18)
    wide, high = int(image.width / zoom), int(image.height / zoom)
    x, y = rng.randint(0, image.width - wide), rng.randint(0, image.height - high)
    image = image.crop((x, y, x + wide, y + high)).resize(SIZE, Image.Resampling.LANCZOS)
    return light(rng, image)


def mirrored_without_words(image, rng):
    """A slight turn of the camera instead of a mirror, which would turn the banners' words round."""
    angle = rng.uniform(2, 5) * rng.choice([-1, 1])
    turned = image.rotate(angle, resample=Image.Resampling.BICUBIC, expand=False)
    cut = int(image.height * 0.055)
    return turned.crop((cut, cut, image.width - cut, image.height - cut)).resize(image.size, Image.Resampling.LANCZOS)


# ---- files -----------------------------------------------------------------------------------------------------


def exif_of(stamp):
    exif = Image.Exif()
    exif[0x010F] = "Demo"
    exif[0x0132] = stamp
    details = exif.get_ifd(0x8769)
    details[0x9003] = stamp  # DateTimeOriginal
    details[0x9011] = "+08:00"  # OffsetTimeOriginal
    return exif


def place(exif, north, east):
    """A place inside the city, so that cutting it from thumbnails can be seen."""
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (float(int(north)), float(int(north % 1 * 60)), 0.0)
    gps[3], gps[4] = "E", (float(int(east)), float(int(east % 1 * 60)), 0.0)


def encode(image, kind, exif=None):
    """The smallest step down in quality that fits MAX_BYTES."""
    if kind == "png":
        for colours in (48, 32, 24, 16, 12):
            out = io.BytesIO()
            image.filter(ImageFilter.ModeFilter(5)).quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            if out.tell() <= MAX_BYTES:
                break
        return out.getvalue()
    for quality in range(72, 20, -4):
        out = io.BytesIO()
        extra = {"exif": exif} if exif else {}
        image.save(out, "JPEG", quality=quality, optimize=True, subsampling=2, **extra)
        if out.tell() <= MAX_BYTES:
            break
    return out.getvalue()


def draw_all():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in [*FOLDER.glob("*.jpg"), *FOLDER.glob("*.png")]:
        old.unlink()
    accepted, known, rows = [], [], []
    for number in range(COUNT):
        kind = "png" if number % 4 == 3 else "jpg"
        for attempt in range(4000):
            rng = random.Random(SEED + number * 100_003 + attempt)
            image = paint(rng, number)
            exif, stamp = None, ""
            if kind == "jpg" and number % 5 in (0, 2):
                month = 1 + number % 11
                stamp = f"2024:{month:02d}:{5 + number % 12:02d} {9 + number % 6:02d}:{(number * 7) % 60:02d}:{(number * 13) % 60:02d}"
                exif = exif_of(stamp)
                if number % 10 == 0:
                    place(exif, 31.15 + number / 100, 121.35 + number / 100)
            data = encode(image, kind, exif)
            seen = hashes(Image.open(io.BytesIO(data)))
            if len(data) <= MAX_BYTES and all(distance(seen, other) > MIN_DISTANCE for other in known):
                break
        else:
            sys.exit(f"no picture {number + 1} that differs enough from the others")
        name = f"study-{number + 1:02d}.{kind}"
        (FOLDER / name).write_bytes(data)
        accepted.append((name, Image.open(io.BytesIO(data)).convert("RGB")))
        known.append(seen)
        rows.append([name, len(data), stamp.replace(":", "-", 2), "", "yes" if exif and number % 10 == 0 else ""])
        print(f"{name}  {len(data):6d} bytes, attempt {attempt + 1}")

    for number, (source, change) in enumerate([(4, "newly encoded"), (15, "brighter"), (22, "cropped")], 1):
        origin, image = accepted[source]
        if change == "brighter":
            image = ImageEnhance.Brightness(image).enhance(1.12)
        elif change == "cropped":
            image = image.crop((6, 4, 634, 476)).resize(SIZE, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=48, subsampling=2, optimize=True)
        name = f"repeat-{number:02d}.jpg"
        (FOLDER / name).write_bytes(out.getvalue())
        rows.append([name, out.tell(), "", origin, ""])
        print(f"{name}  {out.tell():6d} bytes, {origin} {change}")
    with open(FOLDER / "index.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "bytes", "taken", "repeat_of", "has_place"])
        writer.writerows(rows)


def check():
    with open(FOLDER / "index.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    seen = {row["file"]: hashes(Image.open(FOLDER / row["file"])) for row in rows}
    faults, closest = [], (64, "", "")
    for row in rows:
        size = (FOLDER / row["file"]).stat().st_size
        if size > MAX_BYTES or size != int(row["bytes"]):
            faults.append(f"{row['file']}: {size} bytes")
    names = list(seen)
    origin = {row["file"]: row["repeat_of"] for row in rows}
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            away = [(a ^ b).bit_count() for a, b in zip(seen[one], seen[other])]
            if origin[other] == one:
                print(f"{other} repeats {one}: distance {away}")
                if max(away) > 8:
                    faults.append(f"{other} is too far from {one}: {away}")
            elif min(away) <= PROMISE:
                faults.append(f"{one} and {other} are alike: {away}")
            else:
                closest = min(closest, (min(away), one, other))
    print(f"{len(names)} pictures; the closest two that are no repeats: {closest[1]}, {closest[2]} at {closest[0]} of 64 bits")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only check what is in demo/photos")
    if not parser.parse_args().check:
        draw_all()
    check()
