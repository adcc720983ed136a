"""Face data opens with the right key in the right place, and in no other case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from recognition.faces import crypto

CONTEXT = "sample:7"
OLD = {"old": b"o" * 32}
NEW = {"new": b"n" * 32, "old": b"o" * 32}


@pytest.fixture(autouse=True)
def two_keys(settings):
    settings.FACE_KEYS = NEW


@given(plain=st.binary(max_size=4096), context=st.text(max_size=40))
def test_what_was_sealed_opens_again(plain, context):
    sealed = crypto.encrypt(plain, context=context)
    assert crypto.decrypt(sealed, context=context) == plain
    assert plain == b"" or len(plain) < 4 or plain not in sealed


@given(plain=st.binary(min_size=1, max_size=64), position=st.integers(min_value=0), flip=st.integers(1, 255))
def test_changing_any_byte_is_refused(plain, position, flip):
    sealed = bytearray(crypto.encrypt(plain, context=CONTEXT))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(Refused) as refusal:
        crypto.decrypt(bytes(sealed), context=CONTEXT)
    assert refusal.value.code in ("damaged", "wrong_key")


@given(plain=st.binary(max_size=64), cut=st.integers(min_value=1))
def test_a_shortened_blob_is_refused(plain, cut):
    sealed = crypto.encrypt(plain, context=CONTEXT)
    with pytest.raises(Refused, match="damaged"):
        crypto.decrypt(sealed[: -(cut % len(sealed) or 1)], context=CONTEXT)


@given(st.binary(max_size=200))
def test_noise_is_refused(noise):
    with pytest.raises(Refused):
        crypto.decrypt(noise, context=CONTEXT)


@given(other=st.text(max_size=40).filter(lambda text: text != CONTEXT))
def test_another_persons_row_does_not_open_it(other):
    with pytest.raises(Refused, match="damaged"):
        crypto.decrypt(crypto.encrypt(b"face", context=CONTEXT), context=other)


def test_a_key_that_the_site_no_longer_holds_is_named(settings):
    sealed = crypto.encrypt(b"face", context=CONTEXT)
    settings.FACE_KEYS = {"other": b"x" * 32}
    with pytest.raises(Refused, match=r"wrong_key.*'new'"):
        crypto.decrypt(sealed, context=CONTEXT)


def test_the_right_name_on_the_wrong_key_is_refused(settings):
    sealed = crypto.encrypt(b"face", context=CONTEXT)
    settings.FACE_KEYS = {"new": b"x" * 32}
    with pytest.raises(Refused, match="damaged"):
        crypto.decrypt(sealed, context=CONTEXT)


def test_rotation_seals_with_the_first_key_and_the_old_key_may_go(settings):
    settings.FACE_KEYS = OLD
    sealed = crypto.encrypt(b"face", context=CONTEXT)
    assert not crypto.needs_rotation(sealed)
    settings.FACE_KEYS = NEW
    assert crypto.needs_rotation(sealed)
    rotated = crypto.rotate(sealed, context=CONTEXT)
    assert not crypto.needs_rotation(rotated)
    settings.FACE_KEYS = {"new": b"n" * 32}
    assert crypto.decrypt(rotated, context=CONTEXT) == b"face"


def test_a_blob_from_postgresql_is_a_memoryview_and_opens():
    assert crypto.decrypt(memoryview(crypto.encrypt(b"face", context=CONTEXT)), context=CONTEXT) == b"face"


def test_a_vector_survives_to_the_last_bit():
    vector = np.random.default_rng(1).normal(size=128).astype(np.float32)
    sealed = crypto.vector_to_blob(vector, context=CONTEXT)
    assert np.array_equal(crypto.blob_to_vector(sealed, context=CONTEXT), vector)


def test_sealing_twice_never_gives_the_same_bytes():
    assert crypto.encrypt(b"face", context=CONTEXT) != crypto.encrypt(b"face", context=CONTEXT)


def test_a_keyed_hash_depends_on_the_purpose_and_the_secret(settings):
    first = crypto.keyed_hash(b"photo", purpose="photo")
    assert first == crypto.keyed_hash(b"photo", purpose="photo")
    assert first != crypto.keyed_hash(b"photo", purpose="pairing")
    settings.SECRET_KEY = "another secret key"
    assert first != crypto.keyed_hash(b"photo", purpose="photo")
